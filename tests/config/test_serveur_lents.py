"""Slow clients hold nothing but their own connection: pages answer, and each wait has an end that trickling does not
push back."""

import contextlib
import os
import shutil
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from fce.exploitation.serveur import lancement
from tests.config import assaut
from tests.config.bruts import en_processus, jusqu_a_la_fin, ouvrir, statut
from tests.config.serveur import Serveur, attendre, installe, serveur
from tests.demonstration import copier
from tests.dossiers import TEMPORAIRES, dossier_court

pytestmark = pytest.mark.epreuve
POST = assaut.TETE
GROS = "/sources/rge/donnees.csv"
PAGES = ("/mentions-legales", "/readyz", "/healthz")


@pytest.fixture(scope="module")
def s() -> Iterator[Serveur]:
    reglages = {"FCE_FRONTAUX": "1", "FCE_DEBIT": "0"}
    with installe("lents") as dossier, serveur(dossier, "--travailleurs", "1", **reglages) as lance:
        assert lance.demander(GROS).status == 200
        assaut.grossir(dossier, "rge")
        yield lance


def verifier(s: Serveur, lents: Iterable[socket.socket] = ()) -> None:
    """Pages come while ``lents`` still hold their connections: none of them was sent away to make room."""
    assert s.demander(PAGES[0]).status == 200
    for prise in lents:
        prise.setblocking(False)
        with pytest.raises(BlockingIOError):
            prise.recv(1)
    assert {s.demander(chemin).status for chemin in PAGES * 4} == {200}


@contextlib.contextmanager
def clients(s: Serveur, nombre: int, octets: bytes, reception: int = 0) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as pile:
        yield [pile.enter_context(ouvrir(s.port, octets, reception)) for _ in range(nombre)]


def test_s3_bodies_and_heads_that_do_not_come_hold_no_thread(s: Serveur) -> None:
    with (
        clients(s, 50, POST + b"Content-Length: 1000\r\n\r\na=b") as corps,
        clients(s, 50, POST + b"X-Lent: ") as tetes,
    ):
        verifier(s, corps + tetes)


def test_s4_twenty_readers_of_a_big_file_hold_no_thread(s: Serveur) -> None:
    with clients(s, 20, f"GET {GROS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), reception=4096):
        verifier(s)


def test_s4_an_address_takes_only_a_few_files_at_a_time(s: Serveur) -> None:
    demande = f"GET {GROS} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n".encode()
    with clients(s, 4, demande, reception=4096) as lecteurs:
        assert all(lecteur.recv(12) == b"HTTP/1.1 200" for lecteur in lecteurs)
        refus = s.demander(GROS, X_Forwarded_For="203.0.113.7")
        assert refus.status == 429
        assert refus.entetes["Retry-After"]
        assert "<h1>Trop de demandes</h1>" in refus.corps.decode()
        assert s.demander(GROS, X_Forwarded_For="203.0.113.8").status == 200
        assert s.demander("/mentions-legales", X_Forwarded_For="203.0.113.7").status == 200
    # They have left: their places are free.
    attendre(lambda: s.demander(GROS, X_Forwarded_For="203.0.113.7").status == 200, 10)


def test_s4_a_file_arrives_whole(s: Serveur) -> None:
    assert len(s.demander(GROS).corps) == 85_000_000


def test_s3_a_dripping_head_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lancement, "DELAI_TETE_S", 1.0)
    with en_processus(lambda environ, debut: []) as port:
        prise = ouvrir(port, b"GET /healthz HTTP/1.1\r\nX-Lent: ")
        with prise, pytest.raises(OSError):  # noqa: PT012
            # Sixty times the deadline, if each byte pushed it back.
            for _ in range(1200):
                time.sleep(0.05)
                prise.sendall(b"a")


@pytest.fixture(scope="module")
def jeton(s: Serveur) -> str:
    return assaut.creer_jeton(s)


def depot(jeton: str, octets: int) -> bytes:
    return (
        f"PUT /api/v1/depots/rge HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {jeton}\r\n"
        f"Content-Length: {octets}\r\n\r\n"
    ).encode()


def test_a4_deposits_announced_and_never_sent_hold_no_thread(s: Serveur, jeton: str) -> None:
    """Ten senders with a token, when the lane of deposits has two threads: one with another token is answered all the
    same (``Plafonds.chacun`` bodies of one token at once)."""
    with clients(s, 10, depot(jeton, 1_000_000_000) + b"SIRET") as lents:
        verifier(s, lents)
        with ouvrir(s.port, depot(assaut.creer_jeton(s), 5) + b"SIRET") as autre:
            assert autre.recv(12) == b"HTTP/1.1 201"


def test_a4_the_token_and_the_announced_size_are_judged_before_the_first_byte(s: Serveur, jeton: str) -> None:
    for demande, attendu in ((depot("fcedepot_faux", 5), 401), (depot(jeton, 2 << 30), 413)):
        with ouvrir(s.port, demande) as prise:
            assert statut(jusqu_a_la_fin(prise)) == attendu


def test_a2_two_thousand_slow_bodies_of_one_address_freeze_nothing(s: Serveur) -> None:
    corps = POST + b"X-Forwarded-For: 203.0.113.9\r\nContent-Length: 1000\r\n\r\na=b"
    with clients(s, 2060, corps):
        verifier(s)
        autre = POST + b"X-Forwarded-For: 203.0.113.10\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=b"
        with ouvrir(s.port, autre) as prise:
            assert statut(jusqu_a_la_fin(prise)) == 403  # read: no token of ours in this form

    def lu() -> bool:
        with ouvrir(s.port, corps) as prise:
            prise.sendall(b"a" * 997)
            return prise.recv(12) == b"HTTP/1.1 403"

    attendre(lu, 60)  # once the server has let go the bodies of the clients that left


def test_a_hundred_clients_gone_midway_give_their_database_connections_back(s: Serveur) -> None:
    """In the head, in the body, while the page is made, while a file is sent: the pool is then as before."""
    suite = [
        b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        POST + b"Content-Length: 1000\r\n\r\na=b",
        b"GET /recherche?q=a HTTP/1.1\r\nHost: localhost\r\n\r\n",
        f"GET {GROS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
        b"GET /sources HTTP/1.1\r\nHost",
    ]
    for n in range(100):
        ouvrir(s.port, suite[n % len(suite)]).close()
    with psycopg.connect(make_conninfo(**s.cluster.parametres()), autocommit=True) as base:
        occupees = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = 'fce' AND state <> 'idle' AND pid <> pg_backend_pid()"
        )
        attendre(lambda: base.execute(occupees).fetchone() == (0,), 30)
        # More than the pool holds: none of its connections is lost.
        with ThreadPoolExecutor(24) as fils:
            assert set(fils.map(lambda _: s.demander("/readyz").status, range(48))) == {200}
    verifier(s)


def test_s3_many_silent_connections_give_up_their_place(s: Serveur) -> None:
    with clients(s, 1100, b""):
        verifier(s)


def test_s3_a_dripping_body_and_a_reader_that_does_not_read_are_cut(s: Serveur) -> None:
    lecture = f"GET {GROS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with ouvrir(s.port, POST + b"Content-Length: 1000\r\n\r\n") as corps, ouvrir(s.port, lecture, 4096) as lecteur:
        with contextlib.suppress(OSError):
            for _ in range(19):
                time.sleep(1)
                corps.sendall(b"a")
        assert statut(jusqu_a_la_fin(corps)) == 408
        time.sleep(41)
        # What is left is what the system had in hand.
        assert len(jusqu_a_la_fin(lecteur)) < 85_000_000


def test_a13_four_slow_readers_of_exports_leave_the_lane_to_another_one() -> None:
    """One address, four exports, hardly read: the lane has two threads."""
    with dossier_court("exports") as dossier:
        copier(dossier)
        with serveur(dossier, "--travailleurs", "1", FCE_FRONTAUX="1", FCE_DEBIT="600") as s, ExitStack() as pile:
            adresse = "/recherche/export.csv?q=&departement=59"
            demande = f"GET {adresse} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n".encode()
            lecteurs = [pile.enter_context(ouvrir(s.port, demande, reception=4096)) for _ in range(4)]
            assert {int(lecteur.recv(12).split()[1]) for lecteur in lecteurs} <= {200, 429}
            for suite in ("csv", "xlsx"):
                lu = s.demander(adresse.replace("csv", suite), X_Forwarded_For="203.0.113.8")
                assert lu.status == 200
                assert len(lu.corps) > 1000
            verifier(s)


def test_s4_twenty_four_workbooks_at_once_leave_threads_to_pages() -> None:
    dossier = TEMPORAIRES / f"fce-classeurs-{os.getpid()}"
    dossier.mkdir()
    copier(dossier)
    with serveur(dossier, FCE_DEBIT="0") as s, ThreadPoolExecutor(24) as fils:
        demandes = [fils.submit(s.demander, "/recherche/export.xlsx?q=&departement=59") for _ in range(96)]
        pages = []
        while not all(demande.done() for demande in demandes):
            pages += [s.demander(chemin).status for chemin in ("/entreprise/000001271", "/healthz")]
        codes = Counter(demande.result().status for demande in demandes)
    assert set(pages) == {200}
    # A busy machine may send them one after the other, and then refuses none.
    assert codes[200] > 0
    assert set(codes) <= {200, 503}
    shutil.rmtree(dossier)
