"""The ``fce`` command: help, wrong words, and ``fce check``."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from fce.config import commande, courriel
from fce.config.verification import reglages_inconnus
from fce.exploitation import diagnostic
from fce.socle.erreurs import BaseIndisponible
from fce.socle.postgres.grappe import Cluster
from tests.config.serveur import FCE, environnement, installe, port_libre, serveur
from tests.dossiers import dossier_court
from tests.echantillon import chaque_jour
from tests.sql import executer


@pytest.fixture
def dossier() -> Iterator[Path]:
    with dossier_court("commande") as chemin:
        yield chemin


PRIORITES = """
import contextlib, os, sys
from fce.config import commande

@contextlib.contextmanager
def base(arguments):
    print("base")
    yield

os.getpriority, os.setpriority = lambda *_: 0, lambda *a: print("cède", a[2])
commande._base_en_marche, commande._executer = base, lambda argv: print("commande")
sys.exit(commande.main(sys.argv[1:]))
"""


def lancer(dossier: Path, *arguments: str, **reglages: str) -> subprocess.CompletedProcess[str]:
    env = environnement(dossier, **reglages)
    return subprocess.run([FCE, *arguments], env=env, capture_output=True, text=True, timeout=90)


def adresse(cluster: Cluster) -> str:
    p = cluster.parametres()
    return f"postgresql://{p['user']}@{p['host'].replace('/', '%2F')}/{p['dbname']}"


@pytest.fixture(scope="module")
def neuf() -> Iterator[Cluster]:
    """A folder that has just been installed, its database up."""
    with installe("commande-neuf") as chemin:
        cluster = Cluster(chemin)
        with cluster.en_marche():
            yield cluster


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"], ["-h"]])
def test_without_arguments_our_commands_are_listed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert commande.main(arguments) == 0
    aide = capsys.readouterr().out
    assert [aide.index(f"  {nom}") for nom in ("import", "index", "sources", "serve", "demo", "check")]


def test_an_unknown_command_is_told_with_the_nearest_one(dossier: Path) -> None:
    fini = lancer(dossier, "serv")
    assert fini.returncode == 2
    assert fini.stderr == (
        "« serv » n’est pas une commande de fce. Vouliez-vous dire « fce serve » ? « fce » seul donne la liste.\n"
    )
    assert not list(dossier.iterdir())


@pytest.mark.parametrize(
    ("arguments", "dit"),
    [
        (["import"], "fce import : il manque SOURCE, FICHIER"),
        (["check", "--tout"], "fce check : option ou argument inconnu : --tout"),
        (
            ["serve", "--port", "0", "--travailleurs", "deux"],
            "fce serve : --travailleurs : 'deux' n’est pas de la forme attendue (int)",
        ),
        (["sonder", "--port"], "fce sonder : --port : une valeur est attendue"),
    ],
)
def test_o6_a_command_typed_wrong_is_told_so_in_french(dossier: Path, arguments: list[str], dit: str) -> None:
    fini = lancer(dossier, *arguments)
    assert fini.returncode == 2
    assert fini.stderr.startswith("Usage : fce ")
    assert dit in fini.stderr
    assert "error" not in fini.stderr


@pytest.mark.parametrize("arguments", [["serve"], ["demo", "--servir"]], ids=lambda a: a[0])
def test_o6_a_taken_port_is_told_before_the_base_is_started(dossier: Path, arguments: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
        fini = lancer(dossier, *arguments, "--port", str(port))
    assert (fini.returncode, fini.stderr) == (
        1,
        f"Le port {port} n’est pas libre sur 127.0.0.1 : choisissez-en un autre (--port).\n",
    )
    assert not list(dossier.iterdir())


def test_o5_an_unknown_setting_is_told_with_the_nearest_name() -> None:
    connus = ("FCE_COURRIEL", "FCE_SECRET_KEY", "DATABASE_URL")
    lus = ("FCE_COURRIEL", "FCE_SECRET_KEY_FICHIER", "FCE_COURIEL", "FCE_ZZZ_FICHIER", "PATH")
    assert reglages_inconnus(lus, connus) == [
        "FCE_COURIEL n’est pas un réglage de cette version : vouliez-vous dire FCE_COURRIEL ?",
        "FCE_ZZZ n’est pas un réglage de cette version.",
    ]


@pytest.mark.epreuve
def test_o5_a_way_back_that_meets_newer_settings_serves_and_check_says_them() -> None:
    phrase = "FCE_REGLAGE_DE_DEMAIN n’est pas un réglage de cette version"
    with installe("reglages-neufs") as chemin, serveur(chemin, FCE_REGLAGE_DE_DEMAIN="oui") as s:
        assert s.demander("/").status == 200
        assert s.sortie.read_text().count(phrase) == 1
        fini = lancer(chemin, "check", FCE_REGLAGE_DE_DEMAIN="oui")
    assert fini.returncode == 1
    assert f"[DÉFAUT] Réglages : {phrase}" in fini.stdout


@pytest.mark.parametrize("repond", [True, False])
def test_o5_a_mail_server_that_does_not_answer_is_a_fault(settings: Any, repond: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
        for nom, valeur in courriel.reglages(f"smtp+clair://127.0.0.1:{port}", demonstration=False).items():
            setattr(settings, nom, valeur)

        def repondre() -> None:
            avec, _ = prise.accept()
            with avec, avec.makefile("rwb", buffering=0) as flux:
                flux.write(b"220 essai\r\n")
                while ligne := flux.readline():
                    flux.write(b"221 fin\r\n" if ligne.startswith(b"quit") else b"250 bien\r\n")

        if repond:
            threading.Thread(target=repondre, daemon=True).start()
        else:
            prise.close()
        assert diagnostic._courriel().bon is repond


@pytest.mark.parametrize(
    ("arguments", "faits"),
    chaque_jour([
        (["import", "x", "x.csv"], ["base", "cède 10", "commande"]),
        (["index"], ["base", "cède 10", "commande"]),
        (["worker"], ["base", "cède 10", "commande"]),
        (["serve", "--port", str(port_libre())], ["base", "commande"]),
    ], sur=2, depuis=1),
)  # fmt: skip
def test_a_long_job_gives_way_to_pages_and_the_database_never_does(arguments: list[str], faits: list[str]) -> None:
    """Started first, the embedded database serves the pages too: it must not inherit the priority of an import."""
    fini = subprocess.run([sys.executable, "-c", PRIORITES, *arguments], capture_output=True, text=True, timeout=60)
    assert fini.stdout.splitlines() == faits, fini.stderr


def test_the_help_of_a_command_does_not_start_the_database(dossier: Path) -> None:
    assert lancer(dossier, "serve", "--help").returncode == 0
    assert not list(dossier.iterdir())


@pytest.mark.epreuve
def test_check_tells_each_point_of_a_new_folder(neuf: Cluster) -> None:
    fini = lancer(neuf.dossier, "check")
    assert fini.returncode == 0, fini.stderr
    points = ("Réglages", "Espace disque", "Base de données", "Verrous", "Schéma", "Vues des sources")
    for point in (*points, "Index de recherche"):
        assert f"[bon] {point} : " in fini.stdout
    # Django's own options keep their meaning.
    assert "Schéma" not in lancer(neuf.dossier, "check", "--tag", "urls").stdout


@pytest.mark.epreuve
def test_check_sees_a_missing_view(neuf: Cluster) -> None:
    with psycopg.connect(make_conninfo(**neuf.parametres()), autocommit=True) as connexion:
        connexion.execute("DROP VIEW sirene_doublons CASCADE")
    # A served database is administered by hand: nothing repairs it behind its administrator's back.
    fini = lancer(neuf.dossier, "check", DATABASE_URL=adresse(neuf))
    assert fini.returncode == 1
    assert "[DÉFAUT] Vues des sources : absentes : sirene_doublons." in fini.stdout


@pytest.mark.epreuve
@pytest.mark.parametrize("nom", ["serve", "worker", "migrate"])
def test_dep_a_skipped_release_is_refused_at_start_with_the_way_to_follow(neuf: Cluster, nom: str) -> None:
    with psycopg.connect(make_conninfo(**neuf.parametres()), autocommit=True) as connexion:
        (marque,) = connexion.execute("SELECT obj_description('django_migrations'::regclass)").fetchone() or ("",)
        connexion.execute('COMMENT ON TABLE django_migrations IS \'{"version": "9.2", "avant": "9.1"}\'')
        try:
            fini = lancer(neuf.dossier, nom, DATABASE_URL=adresse(neuf))
        finally:
            connexion.execute(sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(sql.Literal(marque)))
    assert fini.returncode == 1
    assert "installez FCE 9.2, ou FCE 9.1" in fini.stderr


@pytest.mark.django_db
def test_check_sees_a_server_that_is_not_enough_for_a_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    # The cluster of the tests may have been started under other settings: its own value is not what is tested.
    monkeypatch.setattr(diagnostic, "VERROUS_PAR_TRANSACTION", 10)
    assert diagnostic._verrous().bon
    monkeypatch.setattr(diagnostic, "VERROUS_PAR_TRANSACTION", 100_000)
    constat = diagnostic._verrous()
    assert not constat.bon
    assert "max_locks_per_transaction" in constat.phrase
    assert "redémarrez PostgreSQL" in constat.phrase


@pytest.mark.django_db
def test_check_sees_a_server_that_logs_the_values_of_rows() -> None:
    def regler(instruction: str, detail: str) -> None:
        executer(f"SET LOCAL log_min_error_statement = '{instruction}'")
        executer(f"SET LOCAL log_error_verbosity = '{detail}'")

    regler("panic", "terse")
    assert diagnostic._journal_de_la_base().bon
    for fautif in (("error", "terse"), ("panic", "default")):
        regler(*fautif)
        assert "roles.md" in diagnostic._journal_de_la_base().phrase
        assert not diagnostic._journal_de_la_base().bon


class ConnexionLente(psycopg.Connection[Any]):
    """Opens in half a second, as on a machine that starts everything at once."""

    @classmethod
    def connect(cls, *arguments: Any, **options: Any) -> Self:
        time.sleep(0.5)
        return super().connect(*arguments, **options)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("delai", [30.0, 0.01])
def test_a_base_that_has_just_started_is_waited_for_longer_than_a_request_waits(
    delai: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commande, "DEMARRAGE_S", delai)
    lente = connection.copy(alias="lente")
    options = {**connection.settings_dict["OPTIONS"], "pool": {"timeout": 0.01, "connection_class": ConnexionLente}}
    lente.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    try:
        if delai < 1:
            with pytest.raises(BaseIndisponible, match="ne répond pas encore"):
                commande.joindre(lente)
            return
        commande.joindre(lente)
        lente.pool.putconn(lente.pool.getconn())
    finally:
        lente.close_pool()
