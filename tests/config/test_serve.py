"""``fce serve``, as an operator meets it: real processes, signals, kills and a database that dies."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.config import assaut
from tests.config.bruts import ouvrir
from tests.config.serveur import FCE, Serveur, attendre, base_arretee, installe, repond, serveur
from tests.echantillon import chaque_jour

SIREN = "732829320"
PREMIERES_DEMANDES = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "fce.config.settings"
from fce.exploitation.serveur.travailleur import charger

charger(0)
from fce.exploitation.serveur.rodage import demander
from fce.config.wsgi import application
from fce.recherche.question import lieu_et_activite
from fce.referentiels.territoires import index_lieux

charges = set(sys.modules)
for adresse in ("/healthz", "/recherche/suggestions?q=boul", "/recherche?q=boulangerie+lille", "/api/v1/recherche?q=a"):
    demander(application, adresse)
print(sorted(m for m in set(sys.modules) - charges if m.startswith("fce.") and "templatetags" not in m))
print(index_lieux.index.cache_info().misses, lieu_et_activite._activites.cache_info().misses)
"""


@pytest.fixture(scope="module")
def dossier() -> Iterator[Path]:
    with installe("serve") as chemin:
        yield chemin


@pytest.fixture
def en_service(dossier: Path) -> Iterator[Serveur]:
    with serveur(dossier) as s:
        yield s


@pytest.fixture(scope="module")
def commun() -> Iterator[Serveur]:
    """One that several tests ask: each leaves it as it was, its only worker but for its number."""
    with (
        installe("serve-commun") as chemin,
        serveur(chemin, FCE_TRAVAILLEURS="1", FCE_BASE_CONNEXIONS="4") as s,
    ):
        yield s


@pytest.mark.parametrize("signal_recu", chaque_jour([signal.SIGTERM, signal.SIGINT], sur=2))
def test_a_signal_stops_everything_that_was_started(en_service: Serveur, signal_recu: signal.Signals) -> None:
    processus = en_service.descendants()
    postmaster = en_service.cluster.postmaster()
    assert len(en_service.travailleurs()) == 2
    assert postmaster
    if signal_recu is signal.SIGINT:  # Ctrl-C reaches the whole group
        os.killpg(en_service.processus.pid, signal_recu)
    else:
        en_service.processus.send_signal(signal_recu)
    assert en_service.processus.wait(10) == 0
    attendre(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processus), 2)
    assert en_service.cluster.postmaster() is None
    assert "Traceback" not in en_service.sortie.read_text()


@pytest.mark.epreuve
def test_a_killed_server_takes_its_workers_with_it_and_the_next_one_starts(dossier: Path) -> None:
    with serveur(dossier) as tue:
        assert len(tue.travailleurs()) == 2
        processus = tue.descendants()
        tue.processus.kill()
        tue.processus.wait()
        attendre(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processus), 5)
    with serveur(dossier, "--travailleurs", "1") as suivant:
        assert suivant.demander("/readyz").status == 200


def test_the_first_requests_load_none_of_our_code_and_make_no_vocabulary_again(commun: Serveur) -> None:
    commande = [sys.executable, "-c", PREMIERES_DEMANDES]
    fini = subprocess.run(commande, env=commun.environnement, capture_output=True, text=True, check=False)
    assert fini.stdout.splitlines()[-2:] == ["[]", "1 1"], (fini.stdout, fini.stderr)


@pytest.mark.parametrize("commande", [("serve",), ("demo", "--servir")])
def test_a_busy_port_is_told_in_one_sentence_before_anything_is_done(
    commun: Serveur, commande: tuple[str, ...]
) -> None:
    fini = subprocess.run(
        [FCE, *commande, "--port", str(commun.port)],
        env=commun.environnement,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert fini.returncode == 1
    assert not fini.stdout
    assert f"Le port {commun.port} n’est pas libre sur 127.0.0.1 : choisissez-en un autre (--port)." in fini.stderr
    assert "Traceback" not in fini.stderr


@pytest.mark.epreuve
def test_pages_cannot_write_anything_in_the_database(commun: Serveur) -> None:
    # The same settings as a worker's, in a process of our own.
    essai = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "connection.cursor().execute('CREATE TABLE intrus (n int)')\n"
    )
    fini = subprocess.run(
        [FCE.with_name("python"), "-c", essai],
        env={**commun.environnement, "FCE_ROLE": "web", "DJANGO_SETTINGS_MODULE": "fce.config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "read-only transaction" in fini.stderr


def test_connections_are_given_back_after_each_request(commun: Serveur) -> None:
    s = commun
    with ThreadPoolExecutor(16) as fils:
        reponses = list(fils.map(lambda _: s.demander("/readyz").status, range(300)))
    # Readers who leave before the answer, too.
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", s.port)) as prise:
            prise.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert set(reponses) == {200}
    assert s.demander("/readyz").status == 200
    with psycopg.connect(make_conninfo(**s.cluster.parametres()), autocommit=True) as connexion:
        # What those who left had asked for may still be under way.
        for _ in range(100):
            etats = connexion.execute(
                "SELECT state FROM pg_stat_activity WHERE datname = 'fce' AND pid <> pg_backend_pid()"
            ).fetchall()
            if {etat for (etat,) in etats} <= {"idle"}:
                break
            time.sleep(0.1)
    assert len(etats) <= 4
    assert {etat for (etat,) in etats} <= {"idle"}


def test_a_dead_database_is_told_and_service_returns_alone(commun: Serveur) -> None:
    s = commun
    assert s.demander("/readyz").status == 200
    with base_arretee(s):
        time.sleep(0.2)
        page = s.demander(f"/entreprise/{SIREN}")
        assert page.status == 503
        assert "momentanément indisponible" in page.corps.decode()
        assert page.entetes["Retry-After"]
        api = s.demander(f"/api/v1/entreprises/{SIREN}")
        assert api.status == 503
        assert api.json()["erreur"]["code"] == "base_indisponible"
        assert s.demander("/healthz").status == 200
        assert s.demander("/readyz").status == 503
    attendre(lambda: s.demander("/readyz").status == 200, 60)
    assert s.demander(f"/entreprise/{SIREN}").status == 404


@pytest.mark.epreuve
def test_twenty_workers_killed_under_load_cost_each_reader_one_request_at_most(
    en_service: Serveur,
) -> None:
    """A worker serves several connections at once: those that it holds are lost with it, the next ones are not."""
    fini = threading.Event()
    bonnes: list[int] = []  # appended to by both readers
    echecs: list[Exception] = []

    def lire() -> None:
        while not fini.is_set():
            try:
                bonnes.append(en_service.demander("/readyz").status)
            except (OSError, http.client.HTTPException) as erreur:
                echecs.append(erreur)
                time.sleep(1)  # a killed worker still accepts connections while the kernel takes it down

    with ThreadPoolExecutor(2) as fils:
        lecteurs = [fils.submit(lire) for _ in range(2)]
        try:
            for _ in range(20):
                # Killed before the other one serves, nobody would answer.
                attendre(lambda: en_service.qui_ecoutent() == 2, 120)
                deja, tue = len(bonnes), en_service.travailleurs()[0]
                os.kill(tue, signal.SIGKILL)
                # One that dies within six seconds is taken for one that cannot start.
                time.sleep(6)
                attendre(lambda: len(bonnes) > deja + 20, 60)  # noqa: B023
        finally:
            fini.set()
        for lecteur in lecteurs:
            lecteur.result()
    assert en_service.processus.poll() is None
    assert set(bonnes) == {200}
    assert len(echecs) <= 20 * len(lecteurs)


def test_a_killed_worker_is_replaced(commun: Serveur) -> None:
    """Dead again within six seconds of his start, he would be taken for one that cannot start."""
    (tue,) = commun.travailleurs()
    os.kill(tue, signal.SIGKILL)
    attendre(lambda: len([t for t in commun.travailleurs() if t != tue]) == 1, 10)
    # With the only worker, nobody listens until the next one does.
    attendre(lambda: repond(commun), 60)


@pytest.mark.epreuve
def test_a_reader_that_does_not_read_does_not_hold_the_stop_back(dossier: Path) -> None:
    """His connection is closed in time, so that the worker ends by itself: what it counted is written."""
    with serveur(dossier, "--travailleurs", "1") as s:
        assert s.demander("/sources/rge/donnees.csv").status == 200
        assaut.grossir(dossier, "rge")
        with ouvrir(s.port, b"GET /sources/rge/donnees.csv HTTP/1.1\r\nHost: localhost\r\n\r\n", 4096) as lecteur:
            assert lecteur.recv(12) == b"HTTP/1.1 200"
            s.processus.terminate()
            assert s.processus.wait(20) == 0
        assert "refused to gracefully stop" not in s.sortie.read_text()


def test_the_number_of_workers_is_a_setting(commun: Serveur) -> None:
    """Two when nothing is said: see the signals."""
    assert len(commun.travailleurs()) == 1


@pytest.mark.epreuve
def test_two_servers_share_a_folder(dossier: Path) -> None:
    seul = ("--travailleurs", "1")
    with serveur(dossier, *seul) as un, serveur(dossier, *seul) as deux:
        un.processus.terminate()
        assert un.processus.wait(10) == 0
        assert deux.demander("/readyz").status == 200
    assert deux.cluster.postmaster() is None
