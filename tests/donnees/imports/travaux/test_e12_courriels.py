"""A mail that a killed worker had already sent is sent again under the same ``Message-ID``: a real worker, a real SMTP
server, which keeps one of the two as mail servers do."""

from __future__ import annotations

import asyncio
import re
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core import mail
from django.core.mail import EmailMessage
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job
from procrastinate.worker import Worker

from fce.donnees.imports.travaux import annonces
from fce.droits.comptes.courriels import TACHE_COURRIEL, annoncer
from fce.droits.comptes.models import Compte
from fce.droits.comptes.tasks import envoyer_a_un_compte
from fce.socle.travaux.courriel import ANNONCE, rapporter
from tests.donnees.imports.travaux.processus import attendre, lancer
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db(transaction=True)
PHRASE, PAGE = "Rappel : une demande attend votre réponse", "/demandes/7"
FORME = re.compile(r"<[0-9a-f]{40}@fce\.example>")


class BoiteAuxLettres(socketserver.ThreadingTCPServer):
    """SMTP (RFC 5321), as much as a client without extensions says. ``a_la_reception`` runs once a message is stored,
    before the client is told."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.recus: list[Message] = []
        self.a_la_reception: Callable[[], object] = lambda: None


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, BoiteAuxLettres)
        self._dire("220 essai")
        while mots := self.rfile.readline().split():
            if mots[0].upper() == b"DATA":
                self._dire("354 suite")
                lignes = iter(self.rfile.readline, b".\r\n")
                self.server.recus.append(message_from_bytes(b"".join(lignes)))
                self.server.a_la_reception()
            self._dire("250 bien")
            if mots[0].upper() == b"QUIT":
                return

    def _dire(self, ligne: str) -> None:
        self.wfile.write(f"{ligne}\r\n".encode())


@contextmanager
def boite_aux_lettres() -> Iterator[BoiteAuxLettres]:
    with BoiteAuxLettres() as boite:
        threading.Thread(target=boite.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield boite
        finally:
            boite.shutdown()


def restent() -> int:
    return ProcrastinateJob.objects.filter(task_name=TACHE_COURRIEL, status__in=("todo", "doing")).count()


@pytest.mark.epreuve
def test_e12_a_worker_killed_between_sending_and_noting_doubles_no_mail(tmp_path: Path) -> None:
    # Two of them say the same thing of the same page to the same person: two reminders, not one told twice.
    compte, autre = c.compte(), c.compte()
    for qui in (compte, compte, autre, compte):
        annoncer(qui, PHRASE, PAGE)
    with boite_aux_lettres() as boite:
        reglages = {
            "FCE_DATA_DIR": str(tmp_path / "d"),
            "FCE_COURRIEL": f"smtp+clair://127.0.0.1:{boite.server_address[1]}",
            "FCE_ADRESSE_PUBLIQUE": "https://fce.example",
        }
        for _ in range(2):
            tue = lancer(reglages=reglages, silence=1)
            boite.a_la_reception = tue.kill
            attente = len(boite.recus)
            fin = time.monotonic() + 90
            while len(boite.recus) == attente or tue.poll() is None:
                assert time.monotonic() < fin, "rien n’est parti"
                time.sleep(0.05)
            tue.communicate()
            assert restent() == 4, "rien n’est noté"
            time.sleep(1.5)
        boite.a_la_reception = lambda: None
        suivant = lancer(reglages=reglages, silence=1)
        try:
            attendre(lambda: restent() == 0, suivant)
        finally:
            suivant.terminate()
            suivant.communicate(timeout=20)
    numeros = Counter(str(m["Message-ID"]) for m in boite.recus)
    # At least: a worker so slow that it looks dead loses its job too, and the mail goes once more.
    assert len(boite.recus) >= 6, "les deux qui étaient partis sont repartis"
    assert len(numeros) == 4
    assert all(FORME.fullmatch(numero) for numero in numeros)
    # What a mail server delivers: the first of each number. Each is what the second would have been.
    garde = {str(m["Message-ID"]): (m["To"], m["Subject"], m.get_payload()) for m in boite.recus}
    assert len({(m["Message-ID"], m["To"], m["Subject"], m.get_payload()) for m in boite.recus}) == 4
    assert Counter(a for a, *_ in garde.values()) == {compte.courriel: 3, autre.courriel: 1}


@pytest.mark.parametrize(("arguments", "annonce"), [({}, "dire/7"), ({"annonce": "croiser/3"}, "croiser/3")])
def test_e12_a_job_announces_by_its_kind_and_number_or_as_the_one_that_queued_it(
    arguments: dict[str, str], annonce: str
) -> None:
    travail = Job(id=7, queue="default", lock=None, queueing_lock=None, task_name="dire", task_kwargs=arguments)

    async def lire() -> str:
        return await sync_to_async(ANNONCE.get)()

    contexte = JobContext(app=app, job=travail, start_timestamp=0, abort_reason=lambda: None)
    assert asyncio.run(annonces.nommer(lire, contexte, Worker(app))) == annonce
    assert ANNONCE.get() == ""


def numero(annonce: str, mailoutbox: list[EmailMessage], envoyer: Callable[[], object]) -> str:
    jeton = ANNONCE.set(annonce)
    try:
        envoyer()
    finally:
        ANNONCE.reset(jeton)
    return str(mailoutbox[-1].message()["Message-ID"])


def test_e12_a_number_depends_on_what_is_announced_to_whom_and_tells_nothing(
    settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.FCE_ADRESSE_PUBLIQUE = "https://fce.example"
    un, deux = c.compte(), c.compte()

    def a(qui: Compte, page: str = PAGE) -> Callable[[], object]:
        return lambda: envoyer_a_un_compte(compte=qui.pk, phrase=PHRASE, page=page)

    premier = numero("t/1", mailoutbox, a(un))
    assert FORME.fullmatch(premier)
    assert numero("t/1", mailoutbox, a(un)) == premier
    autres = [
        numero("t/2", mailoutbox, a(un)),
        numero("t/1", mailoutbox, a(deux)),
        # Another link: an invitation sent again holds the only secret that is still good.
        numero("t/1", mailoutbox, a(un, "/demandes/8")),
    ]
    settings.SECRET_KEY = "une autre clé"
    autres.append(numero("t/1", mailoutbox, a(un)))
    assert len({premier, *autres}) == 5


def test_e12_a_report_has_the_number_of_its_job_and_a_mail_outside_a_job_its_own(
    settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.FCE_ADRESSE_PUBLIQUE = "https://fce.example"
    settings.FCE_RAPPORTS = ["exploitation@fce.example"]
    dits = [numero("t/1", mailoutbox, lambda: rapporter("refusé", ["a"])) for _ in range(2)]
    assert dits[0] == dits[1]
    assert FORME.fullmatch(dits[0])
    assert numero("t/1", mailoutbox, lambda: rapporter("importé", ["a"])) != dits[0]
    assert numero("", mailoutbox, lambda: rapporter("refusé", ["a"])) != dits[0]
    assert mail.outbox
