"""Long polls through the bridge: a client that waits holds no thread, and learns at once of something new."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from fce.changements import selectors
from fce.config.serveur import attente
from fce.config.serveur.reponse import BLOC
from fce.socle import attentes
from tests.config.bruts import en_processus
from tests.config.serveur import attendre
from tests.config.test_pont import demander

CHEMIN = "/api/v1/changements"


class Flux:
    """An application with nothing to say until ``numero`` grows."""

    def __init__(self, secondes: int = 20) -> None:
        self.numero, self.secondes, self.regards, self.appels = 0, secondes, 0, 0
        self.neuf = b"neuf"

    def __call__(self, environ: dict[str, Any], commencer: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != CHEMIN:
            commencer("200 OK", [])
            return [b"autre"]
        self.appels += 1
        entetes = [] if self.numero else [(attentes.EN_ATTENTE, f"{self.secondes} 0")]
        commencer("200 OK", [*entetes, ("X-FCE-Curseur", f"{self.numero}-999999999")])
        return [self.neuf if self.numero else b"vide"]

    def lire(self) -> int:
        self.regards += 1
        return self.numero


@pytest.fixture
def flux(monkeypatch: Any) -> Iterator[Flux]:
    monkeypatch.setattr(attente, "PAS_S", 0.05)
    sien = Flux()
    attentes.retenir(sien.lire)
    yield sien
    attentes.retenir(selectors.horizon)


def en_attente(port: int, recus: list[tuple[Any, bytes]]) -> threading.Thread:
    fil = threading.Thread(target=lambda: recus.append(demander(port, chemin=CHEMIN)))
    fil.start()
    return fil


def test_clients_that_wait_hold_no_thread_and_are_told_together(flux: Flux) -> None:
    recus: list[tuple[Any, bytes]] = []
    with en_processus(flux) as port:  # one thread for pages
        fils = [en_attente(port, recus) for _ in range(4)]
        attendre(lambda: flux.appels == 4 and flux.regards > 2, 10)
        assert demander(port)[1] == b"autre"
        assert not recus
        flux.numero = 1
        for fil in fils:
            fil.join(10)
    assert [corps for _, corps in recus] == [b"neuf"] * 4
    assert flux.appels == 8
    assert all(reponse.getheader(attentes.EN_ATTENTE) is None for reponse, _ in recus)


def test_a_long_answer_after_a_wait_arrives_whole(flux: Flux) -> None:
    flux.neuf = b"x" * (3 * BLOC)
    recus: list[tuple[Any, bytes]] = []
    with en_processus(flux) as port:
        fil = en_attente(port, recus)
        attendre(lambda: flux.regards > 0, 10)
        flux.numero = 1
        fil.join(10)
    assert [corps for _, corps in recus] == [flux.neuf]


def test_the_wait_ends_with_the_answer_that_was_ready(flux: Flux) -> None:
    flux.secondes = 0
    with en_processus(flux) as port:
        reponse, corps = demander(port, chemin=CHEMIN)
    assert (corps, reponse.getheader("X-FCE-Curseur")) == (b"vide", "0-999999999")
    assert reponse.getheader(attentes.EN_ATTENTE) is None
    assert flux.appels == 1


def test_beyond_its_share_an_address_is_answered_at_once(flux: Flux, monkeypatch: Any) -> None:
    monkeypatch.setattr(attente, "PAR_ADRESSE", 1)
    recus: list[tuple[Any, bytes]] = []
    with en_processus(flux) as port:
        fil = en_attente(port, recus)
        attendre(lambda: flux.regards > 0, 10)
        assert demander(port, chemin=CHEMIN)[1] == b"vide"
        flux.numero = 1
        fil.join(10)
    assert [corps for _, corps in recus] == [b"neuf"]


def test_a_client_that_leaves_makes_room(flux: Flux, monkeypatch: Any) -> None:
    monkeypatch.setattr(attente, "PAR_ADRESSE", 1)
    with en_processus(flux) as port:
        partie = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        partie.request("GET", CHEMIN)
        attendre(lambda: flux.regards > 0, 10)
        partie.close()
        avant = flux.regards
        attendre(lambda: _regards_arretes(flux, avant), 10)
        recus: list[tuple[Any, bytes]] = []
        fil = en_attente(port, recus)
        attendre(lambda: flux.regards > avant + 5, 10)
        assert not recus
        flux.numero = 1
        fil.join(10)
    assert [corps for _, corps in recus] == [b"neuf"]


def _regards_arretes(flux: Flux, avant: int) -> bool:
    """Nobody waits any more, so nobody looks."""
    vus = flux.regards
    threading.Event().wait(0.3)
    return flux.regards == vus
