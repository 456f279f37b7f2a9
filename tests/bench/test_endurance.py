"""Readers at a steady pace: who waits is counted from when the request was due, and what fails is told."""

import time
from collections.abc import Iterator

import pytest

from bench.national.endurance import PAR_SECONDE, Cadence
from bench.national.lectures import Client
from tests.serveur_http import Guichet, Serveur, en_marche

ARRET_S = 0.5


class Service(Guichet):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/arret":
            time.sleep(ARRET_S)
        self.donner(500 if self.path == "/panne" else 200)


@pytest.fixture
def port() -> Iterator[int]:
    with en_marche(Serveur(Service)) as serveur:
        yield serveur.server_port


def lue(port: int, adresses: list[str], secondes: float) -> Cadence:
    cadence = Cadence(lambda _: Client(port), adresses, PAR_SECONDE)
    cadence.commencer()
    time.sleep(secondes)
    cadence.finir()
    return cadence


def test_a_service_that_stops_makes_all_those_wait_who_were_due(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One reader at a time: asked one after another, only the first would have waited."""
    monkeypatch.setattr("bench.national.endurance.CLIENTS", 1)
    cadence = lue(port, ["/arret", *["/bien"] * 1000], 1.5)
    (minute,) = cadence.minutes
    assert minute.fautes == []
    assert max(minute.temps) >= 1000 * ARRET_S
    assert sum(temps > 500 * ARRET_S for temps in minute.temps) >= PAR_SECONDE * ARRET_S / 2 - 2


def test_what_fails_is_told_with_its_address(port: int) -> None:
    cadence = lue(port, ["/bien", "/panne"], 0.5)
    bilan = cadence.tourner(42).bilan()
    assert (bilan["premieres_erreurs"][0], bilan["memoire_mio"]) == ("/panne : 500", 42)
    assert bilan["erreurs"] == pytest.approx(bilan["lectures"] / 2, abs=1)
    assert cadence.minutes[-1].bilan()["lectures"] == 0
