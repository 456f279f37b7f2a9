"""A client who asks again at once is served by the thread that has just answered him; whatever else he sends, or does,
the loop takes it as if he had taken his time, and nobody waits because of him."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from fce.config.serveur import connexion, tour
from fce.config.serveur.reponse import MEMOIRE
from tests.config.bruts import en_processus, jusqu_a_la_fin, ouvrir, statut

PAGE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
GET = b"GET /mentions-legales?%b HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Temoin:
    """An application that says which thread answers what; ``corps`` makes the answer of a query string."""

    def __init__(self, corps: Callable[[str], bytes] = str.encode) -> None:
        self._corps = corps
        self.fils: list[str] = []

    def __call__(self, environ: dict[str, Any], debut: Any) -> Iterable[bytes]:
        self.fils.append(threading.current_thread().name)
        corps = self._corps(environ["QUERY_STRING"])
        debut("200 OK", [("Content-Length", str(len(corps)))])
        return [corps]


@pytest.fixture(autouse=True)
def longtemps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not make a slow client of a fast one."""
    monkeypatch.setattr(tour, "PRESSE_S", 1.0)
    monkeypatch.setattr(connexion, "PRESSE_S", 1.0)


def une(prise: socket.socket, demande: bytes) -> bytes:
    """The body of the answer to a request on a connection that is kept."""
    prise.sendall(demande)
    reponse = http.client.HTTPResponse(prise)
    reponse.begin()
    assert reponse.status == 200
    return reponse.read()


def presser(prise: socket.socket) -> None:
    """Show that this client asks again at once: at his third request, a thread stays with him."""
    for _ in range(3):
        une(prise, GET % b"encore")


@pytest.fixture
def relais(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went through the loop."""
    vus: list[str] = []
    servir = connexion.ConnexionClient._servir

    async def noter(self: connexion.ConnexionClient, lue: Any) -> bool:
        vus.append(lue.cible.decode())
        return await servir(self, lue)

    monkeypatch.setattr(connexion.ConnexionClient, "_servir", noter)
    return vus


def test_who_asks_again_at_once_is_answered_without_the_loop(relais: list[str]) -> None:
    with en_processus(Temoin()) as port, ouvrir(port) as prise:
        lus = [une(prise, GET % str(n).encode()) for n in range(50)]
    assert lus == [str(n).encode() for n in range(50)]
    assert relais == ["/mentions-legales?0", "/mentions-legales?1"]


def test_who_takes_his_time_holds_no_thread(monkeypatch: pytest.MonkeyPatch, relais: list[str]) -> None:
    monkeypatch.setattr(connexion, "PRESSE_S", 0.0)
    with en_processus(Temoin()) as port, ouvrir(port) as prise:
        for _ in range(5):
            une(prise, PAGE)
    assert len(relais) == 5


def test_a_thread_leaves_a_client_in_a_hurry_for_another_who_waits() -> None:
    """One thread for all the pages, held by whoever never stops asking: the other is served all the same."""
    arret = threading.Event()

    def insister(port: int) -> None:
        with ouvrir(port) as prise:
            while not arret.is_set():
                une(prise, GET % b"moi")

    with en_processus(Temoin()) as port:
        obstine = threading.Thread(target=insister, args=(port,))
        obstine.start()
        try:
            time.sleep(0.2)
            with ouvrir(port) as prise:
                debut = time.monotonic()
                assert [une(prise, GET % b"lui") for _ in range(5)] == [b"lui"] * 5
                assert time.monotonic() - debut < 5
        finally:
            arret.set()
            obstine.join()


@pytest.mark.parametrize(
    ("demande", "attendu"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ],
)
def test_what_is_no_request_is_refused_as_that_of_anybody(demande: bytes, attendu: int) -> None:
    with en_processus(Temoin()) as port, ouvrir(port) as prise:
        presser(prise)
        prise.sendall(demande)
        assert statut(jusqu_a_la_fin(prise)) == attendu


def test_requests_in_a_row_are_answered_in_order() -> None:
    with en_processus(Temoin()) as port, ouvrir(port) as prise, prise.makefile("rb") as fichier:
        presser(prise)
        prise.sendall(b"".join(GET % str(n).encode() for n in range(4)))
        lus = []
        for _ in range(4):
            while (ligne := fichier.readline()) != b"\r\n":
                assert ligne
            lus.append(fichier.read(1))
        assert lus == [b"0", b"1", b"2", b"3"]


def test_a_head_that_comes_in_two_is_whole_for_the_loop() -> None:
    with en_processus(Temoin()) as port, ouvrir(port) as prise:
        presser(prise)
        prise.sendall((GET % b"deux")[:20])
        time.sleep(0.1)
        assert une(prise, (GET % b"deux")[20:]) == b"deux"


def test_a_head_that_never_ends_is_cut_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connexion, "DELAI_TETE_S", 0.5)
    with en_processus(Temoin()) as port, ouvrir(port) as prise:
        presser(prise)
        debut = time.monotonic()
        prise.sendall(b"GET / HTTP/1.1\r\nX-Lent: a")
        assert statut(jusqu_a_la_fin(prise)) == 408
        assert time.monotonic() - debut < 5


def test_a_body_is_read_by_the_loop(relais: list[str]) -> None:
    with en_processus(Temoin()) as port, ouvrir(port) as prise:
        presser(prise)
        vues = len(relais)
        corps = b"POST /mentions-legales?corps HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b"
        prise.sendall(corps)
        assert statut(prise.recv(65_536)) == 200
    assert len(relais) == vues + 1


def test_an_answer_too_long_for_the_memory_is_sent_by_the_loop() -> None:
    long = b"x" * (3 * MEMOIRE)
    with en_processus(Temoin(lambda q: long if q == "long" else q.encode())) as port, ouvrir(port) as prise:
        presser(prise)
        assert une(prise, GET % b"long") == long
        assert une(prise, GET % b"court") == b"court"


def test_a_reader_in_a_hurry_who_stops_reading_holds_no_thread() -> None:
    """Answers under what is kept in memory, that the system does not take whole: the loop sends the rest."""
    gros = b"x" * (200 * 1024)
    temoin = Temoin(lambda q: gros if q == "gros" else q.encode())
    with en_processus(temoin) as port, ouvrir(port, reception=4096) as lent, ouvrir(port) as autre:
        presser(lent)
        for _ in range(40):
            lent.sendall(GET % b"gros")
        assert [une(autre, GET % b"autre") for _ in range(5)] == [b"autre"] * 5
        recu = 0
        while recu < 40 * len(gros):
            recu += len(lent.recv(1 << 20))


def test_who_leaves_in_the_middle_troubles_nobody() -> None:
    with en_processus(Temoin()) as port:
        for _ in range(3):
            with ouvrir(port) as prise:
                presser(prise)
                prise.sendall(GET % b"parti")
        with ouvrir(port) as autre:
            assert une(autre, GET % b"autre") == b"autre"


def test_an_application_that_fails_ends_the_connection_with_a_page() -> None:
    def casser(question: str) -> bytes:
        if question == "casse":
            raise RuntimeError
        return question.encode()

    with en_processus(Temoin(casser)) as port, ouvrir(port) as prise:
        presser(prise)
        prise.sendall(GET % b"casse")
        assert statut(jusqu_a_la_fin(prise)) == 500


@pytest.mark.parametrize("fois", [1, 5])
def test_what_fails_once_the_answer_has_left_sends_no_second_one(fois: int) -> None:
    class Corps(list[bytes]):
        def close(self) -> None:
            raise RuntimeError

    temoin = Temoin()
    with en_processus(lambda environ, debut: Corps(temoin(environ, debut))) as port, ouvrir(port) as prise:
        assert [une(prise, GET % str(n).encode()) for n in range(fois)] == [str(n).encode() for n in range(fois)]
        prise.settimeout(0.2)
        with pytest.raises(TimeoutError):
            prise.recv(1)


def test_what_cannot_be_read_in_the_thread_is_said_by_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is: the connection ends, no thread is lost and nobody waits for ever."""
    lire = tour.environnement

    def casser(lue: Any, *autres: Any) -> dict[str, Any]:
        if b"casse" in lue.cible:
            raise RuntimeError
        return lire(lue, *autres)

    monkeypatch.setattr(tour, "environnement", casser)
    monkeypatch.setattr(connexion, "environnement", casser)
    with en_processus(Temoin()) as port:
        with ouvrir(port) as prise:
            presser(prise)
            prise.sendall(GET % b"casse")
            assert jusqu_a_la_fin(prise) == b""
        with ouvrir(port) as autre:
            assert une(autre, GET % b"autre") == b"autre"
