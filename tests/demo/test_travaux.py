"""T6: the demonstration runs its jobs, in a worker that is a child of ``fce demo --servir``, and shows its mails."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from django.core.mail import EmailMessage
from django.test import Client

from fce.demo import courriels, travaux
from tests.config.serveur import FCE, Serveur, attendre, environnement, installe, port_libre, repond
from tests.demonstration import copier
from tests.dossiers import TEMPORAIRES

PAGE = "/demonstration/courriels"
GESTE = """
from fce.droits.habilitations.dossiers import services
from fce.droits.habilitations.models import Dossier
from fce.droits.comptes.models import Compte
from fce.droits.habilitations.dossiers.etats import GesteDossier
par = Compte.objects.get(nom="VAUDRISEL").identifiant
services.decider(GesteDossier.SUSPENDRE, Dossier.objects.get(pk=1), par, "essai")
"""
SERVI = """
import sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from fce.demo import travaux
with settings.CLUSTER_EMBARQUE.en_marche(), travaux.en_marche():
    call_command("serve", port=int(sys.argv[1]), travailleurs=1)
"""


def lancer(dossier: Path, port: int) -> subprocess.Popen[bytes]:
    # Settings that a worker of production would have: a demonstration follows none of them.
    reglages = {"FCE_TELECHARGEMENTS": "toutes", "FCE_COURRIEL": "smtp://courriel.example", "FCE_TRAVAILLEURS": "1"}
    with open(dossier / "demo.log", "ab") as sortie:
        return subprocess.Popen(
            [FCE, "demo", "--entreprises", "300", "--servir", "--port", str(port)],
            env=environnement(dossier, **reglages),
            stdout=sortie,
            stderr=sortie,
            start_new_session=True,
        )


@pytest.fixture
def demo() -> Iterator[Serveur]:
    dossier = TEMPORAIRES / f"fce-travaux-{os.getpid()}"
    dossier.mkdir()
    copier(dossier)
    port = port_libre()
    processus = lancer(dossier, port)
    s = Serveur(processus, port, None, dossier / "demo.log", environnement(dossier))  # type: ignore[arg-type]
    try:
        attendre(lambda: processus.poll() is not None or repond(s, PAGE), 120)
        assert processus.poll() is None, s.sortie.read_text()
        yield s
    except AssertionError:
        sys.stdout.write(s.sortie.read_text())
        raise
    finally:
        if processus.poll() is None:
            processus.terminate()
            processus.wait(60)
        shutil.rmtree(dossier)


def travailleurs(s: Serveur) -> list[psutil.Process]:
    trouves = []
    for enfant in psutil.Process(s.processus.pid).children():
        with contextlib.suppress(psutil.Error):  # it dies while we look
            if "worker" in enfant.cmdline():
                trouves.append(enfant)
    return trouves


def recus(s: Serveur) -> str:
    return s.demander(PAGE).corps.decode()


def test_t6_a_gesture_of_the_demonstration_is_mailed_and_its_worker_lives_and_dies_with_it(demo: Serveur) -> None:
    # Habilitations were approved when the demonstration opened.
    attendre(lambda: "L’habilitation n° 1 est validée" in recus(demo), 60)
    geste = subprocess.run(
        [FCE, "shell", "-c", GESTE], env=demo.environnement, capture_output=True, text=True, timeout=60
    )
    assert geste.returncode == 0, geste.stderr
    attendre(lambda: "suspendue" in recus(demo), 30)
    assert f"http://127.0.0.1:{demo.port}/habilitations/1" in recus(demo)
    # No producer is asked for anything.
    (premier,) = travailleurs(demo)
    assert all(c.raddr and c.raddr.ip == "127.0.0.1" for c in premier.net_connections(kind="inet") if c.raddr)
    assert "FCE_TELECHARGEMENTS" not in premier.environ()
    # Killed, it comes back, and what waited is done.
    premier.kill()
    attendre(lambda: [p.pid for p in travailleurs(demo)] not in ([], [premier.pid]), 60)
    (second,) = travailleurs(demo)
    demo.processus.send_signal(signal.SIGINT)
    demo.processus.wait(60)
    assert not second.is_running()


def test_t6_the_worker_ends_when_what_served_the_pages_is_killed() -> None:
    """What the demonstration does once it is made: pages, and a worker beside them."""
    with installe("travaux-tues") as dossier:
        port = port_libre()
        env = environnement(dossier, DJANGO_SETTINGS_MODULE="fce.config.settings", FCE_ROLE="tache")
        with open(dossier / "demo.log", "ab") as sortie:
            servi = subprocess.Popen(
                [sys.executable, "-c", SERVI, str(port)], env=env, stdout=sortie, stderr=sortie, start_new_session=True
            )
        s = Serveur(servi, port, None, dossier / "demo.log", env)  # type: ignore[arg-type]
        try:
            attendre(lambda: servi.poll() is not None or (repond(s) and len(travailleurs(s)) == 1), 60)
            assert servi.poll() is None, s.sortie.read_text()
            enfants = s.descendants()
            (travailleur,) = travailleurs(s)
        finally:
            os.killpg(servi.pid, signal.SIGKILL)
        servi.wait(10)
        attendre(lambda: not travailleur.is_running(), 60)
        assert psutil.wait_procs(enfants, 60)[1] == []


def test_t6_a_worker_that_cannot_start_does_not_take_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is started again later and later, and never keeps the demonstration from ending."""
    attentes: list[float] = []

    class Arret(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            attentes.append(timeout or 0)
            return super().wait(0)

    (mort := tmp_path / "mort").write_text("#!/bin/sh\nexit 1\n")
    mort.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(mort))
    monkeypatch.setattr(travaux, "threading", SimpleNamespace(Event=Arret, Thread=threading.Thread))
    with travaux.en_marche():
        while len(reprises := [a for a in attentes if a > travaux.REPRISE_S]) < 8:
            time.sleep(0.01)
    assert reprises[:8] == [2, 4, 8, 16, 32, 60, 60, 60]


@pytest.fixture
def _demonstration(settings: Any, tmp_path: Path) -> None:
    settings.FCE_DEMONSTRATION, settings.FCE_DATA_DIR = True, tmp_path
    settings.EMAIL_BACKEND = "fce.demo.courriels.Boite"


@pytest.mark.django_db
@pytest.mark.usefixtures("_demonstration")
def test_t6_mails_are_kept_whole_and_read_the_last_first(client: Client) -> None:
    assert "Aucun courriel" in client.get(PAGE).content.decode()
    for n in range(3):
        EmailMessage(f"Objet n° {n}", f"<b>accentué</b> http://exemple.fr/{n}", to=[f"a{n}@travail.example"]).send()
    page = client.get(PAGE).content.decode()
    assert page.index("Objet n° 2") < page.index("Objet n° 1") < page.index("Objet n° 0")
    assert "&lt;b&gt;accentué&lt;/b&gt;" in page
    assert 'href="http://exemple.fr/1"' in page
    assert "a1@travail.example" in page
    assert f'href="{PAGE}"' in client.get("/").content.decode(), "le bandeau y mène"
    assert len(courriels.derniers(2)) == 2


@pytest.mark.django_db
def test_t6_there_is_no_mailbox_outside_the_demonstration(client: Client) -> None:
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/").content.decode()


def test_t6_production_has_neither_the_page_nor_the_box() -> None:
    production = {
        "FCE_ENV": "production",
        "FCE_SECRET_KEY": secrets.token_urlsafe(60),
        "DATABASE_URL": "postgres://fce@base.example/fce",
        "FCE_ALLOWED_HOSTS": "fce.example",
        "FCE_ADRESSE_PUBLIQUE": "https://fce.example",
        "DJANGO_SETTINGS_MODULE": "fce.config.settings",
    }
    question = (
        "import django; django.setup()\n"
        "from django.conf import settings; from django.urls import NoReverseMatch, resolve, Resolver404\n"
        f"try: resolve('{PAGE}'); print('page')\n"
        "except Resolver404: print('aucune', settings.EMAIL_BACKEND)"
    )
    lu = subprocess.run(
        [sys.executable, "-c", question], env={**os.environ, **production}, capture_output=True, text=True, check=False
    )
    assert lu.stdout.strip() == "aucune django.core.mail.backends.dummy.EmailBackend", lu.stderr
