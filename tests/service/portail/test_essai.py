"""A file is tried against a schema, its report and a sheet are shown, and nothing of it is left, in the base or on the
disk, whatever goes wrong."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from fce.donnees.imports.chargement import connexions, generations, importation
from fce.donnees.imports.chargement.copie import Copie
from fce.donnees.imports.chargement.empreinte import Empreinte
from fce.donnees.imports.chargement.verrou import verrou
from fce.donnees.imports.depots import jetable, reception, services as depots
from fce.donnees.imports.models import Depot, Import, Quarantaine, VersionEnPlace
from fce.droits.comptes.models import EvenementCompte
from fce.service.portail.essai import envoi
from fce.socle.erreurs import BaseIndisponible
from fce.socle.web.compteurs import Limite
from fce.sources import lecture
from fce.sources.lecture.sha256 import EmpreinteAbandonnee
from tests.donnees.imports.chargement.outils import somme, tables
from tests.donnees.imports.depots.outils import fichier, siren
from tests.droits.comptes import fabrique as c
from tests.pannes import lever
from tests.service.portail.guichet import FAUTE, jeton_de
from tests.service.portail.pages import texte, verifier
from tests.sql import valeurs

ADRESSE = "/rejoindre/essai/essai-depot"
SECRETE = "/rejoindre/essai/essai-secret"


@pytest.fixture(autouse=True)
def _limites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envoi, "DE_L_AGENT", Limite("essais", 1000, 3600))


@pytest.fixture
def agent(sources: Any) -> Client:
    """Of any administration, without mandate nor habilitation."""
    client = Client(enforce_csrf_checks=True)
    c.connecter(client, c.compte())
    return client


def essayer(client: Client, contenu: bytes, adresse: str = ADRESSE, nom: str = "essai.csv", **champs: object) -> Any:
    envoi = {"csrfmiddlewaretoken": jeton_de(client, adresse), "fichier": SimpleUploadedFile(nom, contenu), **champs}
    return client.post(adresse, envoi)


def test_a_file_refused_at_once_is_not_read_on_in_the_background(
    agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sans_fin(_: object, *, abandonnee: Callable[[], bool]) -> str:
        while not abandonnee():
            time.sleep(0.01)
        raise EmpreinteAbandonnee

    monkeypatch.setattr(lecture, "empreinte", sans_fin)
    assert essayer(agent, b"a;b\n1;2\n").status_code == 200
    assert not any(isinstance(fil, Empreinte) for fil in threading.enumerate())


def traces() -> dict[str, Any]:
    """All that a trial could leave in the database: rows, tables, whatever their schema."""
    existantes = valeurs("SELECT schemaname || '.' || relname FROM pg_stat_user_tables ORDER BY 1")
    modeles = (Import, Quarantaine, Depot, VersionEnPlace, EvenementCompte)
    return {"tables": existantes, **{m.__name__: m.objects.count() for m in modeles}}


def test_a_file_is_tried_its_report_and_a_sheet_are_shown_and_nothing_is_left(agent: Client, restes: Any) -> None:
    avant = traces()
    page = essayer(agent, fichier(range(1, 11), FAUTE), numero=siren(3))
    assert page.status_code == 200
    html = texte(page)
    verifier(html)
    assert "Lignes lues" in html
    assert "ENTREPRISE 3" in html
    assert "ENTREPRISE 4" not in html
    assert "123456789" in html  # the row set aside, to who sent it
    assert page["Cache-Control"] == "no-store, private"
    assert traces() == avant
    assert restes() == []


def test_without_a_number_the_first_unit_of_the_file_is_shown(agent: Client) -> None:
    html = texte(essayer(agent, fichier([7, 8])))
    assert "ENTREPRISE 7" in html
    assert "ENTREPRISE 8" not in html


def test_a_number_that_the_file_does_not_bear_has_no_sheet(agent: Client) -> None:
    assert "Aucune ligne chargée ne parle" in texte(essayer(agent, fichier([7]), numero=siren(9)))


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b"", "Le fichier est vide (0 octet)."),
        (b"siren;nom\n", "colonne"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, ""),
        (b"siren;nom;effectif;jour\n\xff\xfe\n", ""),
        (fichier([]), ""),
        (fichier([1]).replace(b"2026-01-15", b"hier"), ""),
    ],
    ids=["vide", "sans colonnes", "image", "encodage", "sans ligne", "date"],
)
def test_a_malformed_file_has_the_sentence_of_a_deposit_and_leaves_nothing(
    agent: Client, restes: Any, contenu: bytes, dit: str
) -> None:
    avant = traces()
    page = essayer(agent, contenu)
    assert page.status_code in (200, 400)
    html = texte(page)
    verifier(html)
    assert "fr-alert--error" in html or "fr-message--error" in html or "Lignes écartées" in html
    assert dit in html
    assert traces() == avant
    assert restes() == []


def test_nothing_is_said_of_what_is_in_place(agent: Client, source: Any) -> None:
    """Neither how many rows a source has, nor whether it holds this one: a trial would be an oracle."""
    c.mandataire("depot", "essai")
    from tests.donnees.imports.depots.outils import deposer, jeton

    depot = depots.verifier(deposer(jeton()[0], source, fichier(range(1, 101))).pk)
    depots.publier(depot.pk)
    en_place = somme(source)
    for contenu in (fichier([1]), fichier(range(1, 101)), fichier([500])):
        html = texte(essayer(agent, contenu))
        for mot in ("version en place", "identique", "retirée", "déjà", "Lignes par rapport", "inchangé"):
            assert mot not in html, mot
    assert somme(source) == en_place


def test_a_trial_waits_for_no_import_and_none_waits_for_it(agent: Client) -> None:
    with verrou("essai-depot"):
        assert essayer(agent, fichier([1])).status_code == 200


@pytest.mark.parametrize(
    ("ou", "quoi"), [(Copie, "envoyer"), (generations, "selection"), (importation, "verifier_seuils")]
)
def test_a_trial_that_fails_leaves_nothing(
    agent: Client, restes: Any, monkeypatch: pytest.MonkeyPatch, ou: Any, quoi: str
) -> None:
    avant = traces()
    monkeypatch.setattr(ou, quoi, lever(BaseIndisponible("La base ne répond pas.")))
    assert essayer(agent, fichier([1])).status_code == 503
    assert traces() == avant
    assert restes() == []


def test_an_unexpected_error_leaves_nothing_either(agent: Client, restes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    avant = traces()
    monkeypatch.setattr(generations, "selection", lever(RuntimeError("imprévue")))
    agent.raise_request_exception = False
    assert essayer(agent, fichier([1])).status_code == 500
    assert traces() == avant
    assert restes() == []


def test_ten_megabytes_are_the_most(agent: Client, restes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envoi, "OCTETS_MAX", 1000)
    page = essayer(agent, fichier(range(1, 100)))
    assert page.status_code == 413
    assert "10 Mo au plus" in texte(page)
    assert restes() == []


def test_a3_a_small_archive_that_unpacks_to_much_is_refused_whatever_its_name(
    agent: Client, restes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lecture.isolee, "DE_PAGE", replace(lecture.DE_PAGE, texte=1_000_000))
    page = essayer(agent, gzip.compress(fichier(range(1, 30_000))), nom="essai.csv")
    assert page.status_code == 200
    assert "une fois décompressé, il dépasse 1 Mo ; prenez-en un extrait." in texte(page)
    assert restes() == []


def test_an_agent_tries_so_many_files_an_hour(agent: Client, restes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envoi, "DE_L_AGENT", Limite("essais d’essai", 2, 3600))
    assert [essayer(agent, fichier([1])).status_code for _ in range(3)] == [200, 200, 429]
    assert restes() == []


def test_one_trial_at_a_time_in_a_process(agent: Client, restes: Any) -> None:
    with jetable.tour():
        page = essayer(agent, fichier([1]))
    assert page.status_code == 429
    assert "recommencez dans une minute" in texte(page)
    assert restes() == []


def test_it_is_for_agents_with_a_second_factor_alone(sources: Any) -> None:
    for compte, mfa, attendu in ((c.particulier(), True, 403), (c.compte(), False, 302)):
        client = c.client_de(compte, mfa=mfa)
        assert client.get(ADRESSE).status_code == attendu
        assert client.post(ADRESSE).status_code == 403
    assert Client().get(ADRESSE).status_code == 302


def test_another_agent_finds_nothing_of_it(agent: Client) -> None:
    essayer(agent, fichier([1], FAUTE), SECRETE)
    autre = c.client_de(c.compte())
    for adresse in (SECRETE, "/rejoindre/essai", "/rejoindre"):
        html = texte(autre.get(adresse))
        assert "ENTREPRISE 1" not in html
        assert "123456789" not in html


def test_a_form_without_its_token_is_refused_and_leaves_nothing(agent: Client, restes: Any) -> None:
    assert agent.post(ADRESSE, {"fichier": SimpleUploadedFile("a.csv", fichier([1]))}).status_code == 403
    assert restes() == []


def test_a_source_that_takes_no_file_has_no_trial(agent: Client) -> None:
    assert agent.get("/rejoindre/essai/nulle-part").status_code == 404


_TUE = """
import json, sys
from pathlib import Path
from django.conf import settings
ordre = json.loads(sys.argv[1])
settings.DATABASES["default"].update(ordre["base"]); settings.CLUSTER_EMBARQUE = None
import django; django.setup()
from fce.donnees.imports.chargement import generations
from fce.donnees.imports.depots import reception
from fce.service.portail.essai.services import verifier_essai
from fce.sources import registre
from tests.donnees.imports.depots.outils import source_ouverte
settings.FCE_DATA_DIR = Path(ordre["donnees"])
source = source_ouverte()
def attendre(*_):
    print("dedans", flush=True)
    sys.stdin.read()
generations.selection = attendre
with open(ordre["fichier"], "rb") as flux:
    recu = reception.recevoir(flux.read, Path(ordre["fichier"]).stat().st_size, "essai.csv", {})
verifier_essai(source, recu)
"""


def test_a_killed_process_leaves_nothing_in_the_base_and_the_sweep_erases_its_bytes(
    source: Any, restes: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL undoes what was not committed; the folder of nobody goes with the sweep of the engine."""
    avant = traces()
    (tmp_path / "a.csv").write_bytes(fichier(range(1, 50)))
    base = {nom: connection.settings_dict[nom] for nom in ("NAME", "USER", "HOST", "PORT")}
    ordre = json.dumps({"base": base, "fichier": str(tmp_path / "a.csv"), "donnees": str(settings.FCE_DATA_DIR)})
    processus = subprocess.Popen(
        [sys.executable, "-c", _TUE, ordre], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert processus.stdout
    try:
        assert processus.stdout.readline() == b"dedans\n"
        assert tables(source) == set()  # not even while it runs
        processus.send_signal(signal.SIGKILL)
    finally:
        processus.kill()
        processus.communicate()
    with closing(connexions.ouvrir("attente")) as connexion:
        for _ in range(100):
            encore = connexion.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'fce-essai'")
            if encore.fetchone() == (0,):
                break
            time.sleep(0.1)
    assert traces() == avant
    assert restes() != []
    for reste in reception.racine().iterdir():
        os.utime(reste, (0, 0))
    depots.purger()
    assert restes() == []
