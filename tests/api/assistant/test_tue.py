"""A process killed between the journal and the answer: never an answer without its line."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import connections

from fce.droits.journal import services as journal
from fce.droits.journal.models import Consultation
from tests.acces import acteurs, jeux
from tests.api.assistant.conftest import envoyer, porter
from tests.api.assistant.test_lectures import C1, compte

pytestmark = [pytest.mark.epreuve, pytest.mark.django_db(transaction=True)]
TUES, GRAINE, ECRITE = 200, 55, b"ecrite\n"


def _demander(sortie: int, jusqu_a: Callable[[], None]) -> None:
    """In a child: ask, then send the number of the request and the answer to the parent; never returns."""
    consigner = journal.consigner

    def consigner_puis_dire(*args: Any, **options: Any) -> Any:
        ecrit = consigner(*args, **options)
        os.write(sortie, ECRITE)
        jusqu_a()
        return ecrit

    journal.consigner = consigner_puis_dire  # type: ignore[assignment]
    try:
        arguments = {"numero": jeux.SIREN, "onglet": "fiscalite"}
        recu = envoyer("tools/call", {"name": "onglet", "arguments": arguments})
        os.write(sortie, f"{recu['X-Request-ID']} ".encode() + recu.content + b"\n")
    finally:
        os._exit(0)


def test_two_hundred_kills_leave_no_answer_without_its_line(ouvert: None, monkeypatch: pytest.MonkeyPatch) -> None:
    jeux.peupler()
    joue, alea = acteurs.habilite("inspection-travail"), Random(GRAINE)
    porter(monkeypatch, compte(joue))
    rendues, coupees = list[str](), 0
    for _ in range(TUES):
        # A child opens its own: on those of its parent, both would write.
        connections.close_all()
        entree, sortie = os.pipe()
        if not (enfant := os.fork()):
            os.close(entree)
            _demander(sortie, lambda: time.sleep(alea.uniform(0, 0.002)))
        os.close(sortie)
        with os.fdopen(entree, "rb") as lues:
            assert lues.readline() == ECRITE
            time.sleep(alea.uniform(0, 0.012))
            os.kill(enfant, signal.SIGKILL)
            os.waitpid(enfant, 0)
            reponse = lues.read()
        if reponse.endswith(b"\n") and f"MRK-{C1}".encode() in reponse:
            rendues.append(reponse.split(b" ", 1)[0].decode())
        else:
            coupees += 1
    ecrites = [ligne.requete.split()[0] for ligne in Consultation.objects.filter(surface="assistant")]
    assert set(rendues) <= set(ecrites)
    assert len(set(ecrites)) == TUES
    assert min(len(rendues), coupees) >= TUES // 20, (len(rendues), coupees)
