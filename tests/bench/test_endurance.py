"""Readers at a steady pace: who waits is counted from when the request was due, and what fails is told."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.national.endurance import PAR_SECONDE, Cadence

ARRET_S = 0.5


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/arret":
            time.sleep(ARRET_S)
        self.send_response(500 if self.path == "/panne" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@pytest.fixture
def port() -> Iterator[int]:
    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    serveur.daemon_threads = True
    Thread(target=serveur.serve_forever, daemon=True).start()
    yield serveur.server_port
    serveur.shutdown()
    serveur.server_close()


def lue(port: int, adresses: list[str], secondes: float) -> Cadence:
    cadence = Cadence(port, adresses, PAR_SECONDE)
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
