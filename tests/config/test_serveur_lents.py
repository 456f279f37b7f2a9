"""Slow clients hold nothing but their own connection: pages answer, and each wait has an end that trickling does not
push back."""

import contextlib
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from fce.config.serveur import lancement
from tests.config import assaut
from tests.config.bruts import en_processus, jusqu_a_la_fin, ouvrir, statut
from tests.config.serveur import Serveur, attendre, installe, serveur
from tests.demonstration import copier
from tests.dossiers import TEMPORAIRES

POST = assaut.TETE
GROS = "/sources/rge/donnees.csv"
PAGES = {"page": "/mentions-legales", "readyz": "/readyz"}


@pytest.fixture(scope="module")
def s() -> Iterator[Serveur]:
    reglages = {"FCE_FRONTAUX": "1", "FCE_DEBIT": "0"}
    with installe("lents") as dossier, serveur(dossier, "--travailleurs", "1", **reglages) as lance:
        assert lance.demander(GROS).status == 200
        assaut.grossir(dossier, "rge")
        yield lance


def verifier(s: Serveur, secondes: float = 1.0) -> None:
    """Pages come, and the supervisor's answer at once. The machine may be busy: the median is what is looked at."""
    temps = assaut.mesurer(s.port, secondes, PAGES | {"healthz": "/healthz"})
    medianes = {nom: sorted(t)[len(t) // 2] for nom, t in temps.items()}
    assert all(medianes[nom] <= 1 for nom in PAGES), medianes
    assert medianes["healthz"] <= 0.2, medianes


@contextlib.contextmanager
def clients(s: Serveur, nombre: int, octets: bytes, reception: int = 0) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as pile:
        yield [pile.enter_context(ouvrir(s.port, octets, reception)) for _ in range(nombre)]


def test_s3_bodies_and_heads_that_do_not_come_hold_no_thread(s: Serveur) -> None:
    with clients(s, 50, POST + b"Content-Length: 1000\r\n\r\na=b"), clients(s, 50, POST + b"X-Lent: "):
        verifier(s)


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


def test_s3_a_dripping_head_is_cut_on_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second here; the drill waits as long as readers do."""
    monkeypatch.setattr(lancement, "DELAI_TETE_S", 1.0)
    with en_processus(lambda environ, debut: []) as port:
        goutter(port, 0.05, 1)


def goutter(port: int, pas_s: float, delai_s: float) -> None:
    debut = time.monotonic()
    with ouvrir(port, b"GET /healthz HTTP/1.1\r\nX-Lent: ") as prise:
        with contextlib.suppress(OSError):
            while time.monotonic() - debut < 0.95 * delai_s:
                time.sleep(pas_s)
                prise.sendall(b"a")
        recu = jusqu_a_la_fin(prise)
    assert recu == b""  # granian says nothing: the head may not be HTTP
    assert 0.9 * delai_s < time.monotonic() - debut < delai_s + 5


@pytest.fixture(scope="module")
def jeton(s: Serveur) -> str:
    return assaut.creer_jeton(s)


def depot(jeton: str, octets: int) -> bytes:
    return (
        f"PUT /api/v1/depots/rge HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {jeton}\r\n"
        f"Content-Length: {octets}\r\n\r\n"
    ).encode()


def test_a4_deposits_announced_and_never_sent_hold_no_thread(s: Serveur, jeton: str) -> None:
    """Ten senders with a token, when the lane of deposits has two threads: another one is answered all the same."""
    with clients(s, 10, depot(jeton, 1_000_000_000) + b"SIRET"):
        verifier(s)
        with ouvrir(s.port, depot(jeton, 5) + b"SIRET") as autre:
            assert autre.recv(12) == b"HTTP/1.1 201"


def test_a4_the_token_and_the_announced_size_are_judged_before_the_first_byte(s: Serveur, jeton: str) -> None:
    for demande, attendu in ((depot("fcedepot_faux", 5), 401), (depot(jeton, 2 << 30), 413)):
        with ouvrir(s.port, demande) as prise:
            assert statut(jusqu_a_la_fin(prise, 5)) == attendu


def test_a2_two_thousand_slow_bodies_of_one_address_freeze_nothing(s: Serveur) -> None:
    corps = POST + b"X-Forwarded-For: 203.0.113.9\r\nContent-Length: 1000\r\n\r\na=b"
    with clients(s, 2060, corps):
        verifier(s, 5)
        autre = POST + b"X-Forwarded-For: 203.0.113.10\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=b"
        with ouvrir(s.port, autre) as prise:
            assert statut(jusqu_a_la_fin(prise)) == 403  # read: no token of ours in this form
    with ouvrir(s.port, corps) as prise:
        prise.sendall(b"a" * 997)
        assert prise.recv(12) == b"HTTP/1.1 403"


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


@pytest.mark.epreuve
def test_s3_a_dripping_head_gets_ten_seconds(s: Serveur) -> None:
    goutter(s.port, 0.5, 10)


@pytest.mark.epreuve
def test_s3_a_dripping_body_and_a_reader_that_does_not_read_are_cut_on_time(s: Serveur) -> None:
    lecture = f"GET {GROS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    debut = time.monotonic()
    with ouvrir(s.port, POST + b"Content-Length: 1000\r\n\r\n") as corps, ouvrir(s.port, lecture, 4096) as lecteur:
        with contextlib.suppress(OSError):
            while time.monotonic() - debut < 19:
                time.sleep(1)
                corps.sendall(b"a")
        assert statut(jusqu_a_la_fin(corps)) == 408
        assert 15 < time.monotonic() - debut < 30
        time.sleep(max(0, debut + 60 - time.monotonic()))
        # What is left is what the system had in hand.
        assert len(jusqu_a_la_fin(lecteur)) < 85_000_000


@pytest.mark.epreuve
def test_a2_a4_slow_bodies_heads_readers_and_deposits_all_at_once() -> None:
    dossier = TEMPORAIRES / f"fce-assaut-{os.getpid()}"
    dossier.mkdir()
    copier(dossier)
    chemins = {"fiche": "/entreprise/000001271", "recherche": "/recherche?q=centre", "healthz": "/healthz"}
    with serveur(dossier, FCE_DEBIT="0", FCE_FRONTAUX="1") as s:
        assert s.demander(GROS).status == 200
        assaut.grossir(dossier, "rge", 20_000_000)
        jeton = assaut.creer_jeton(s)
        assaut.mesurer(s.port, 5, chemins)
        avant = assaut.memoire_mo(s.processus.pid)
        # Beyond the deadlines of heads and bodies: who is sent away comes back.
        with assaut.assaut(s.port, 120, GROS, jeton):
            temps = assaut.mesurer(s.port, 45, chemins)
            apres, tampons = assaut.memoire_mo(s.processus.pid), assaut.tampons_mo(s.processus.pid)
    _dire(temps, f"{avant:.0f} → {apres:.0f} Mo, {tampons:.0f} Mo de fichiers")
    assert assaut.p95(temps["fiche"]) <= 1
    assert assaut.p95(temps["recherche"]) <= 1
    assert assaut.p95(temps["healthz"]) <= 0.2
    assert apres - avant < 150
    assert tampons < 300
    shutil.rmtree(dossier)


@pytest.mark.epreuve
def test_s4_twenty_four_workbooks_at_once_do_not_make_a_page_wait() -> None:
    dossier = TEMPORAIRES / f"fce-classeurs-{os.getpid()}"
    dossier.mkdir()
    copier(dossier)
    with serveur(dossier, FCE_DEBIT="0") as s, ThreadPoolExecutor(24) as fils:
        fin = time.monotonic() + 15
        demandes = [fils.submit(_demander_sans_cesse, s, fin) for _ in range(24)]
        temps = assaut.mesurer(s.port, 12, {"fiche": "/entreprise/000001271", "healthz": "/healthz"})
        codes = [code for demande in demandes for code in demande.result()]
    _dire(temps, f"{codes.count(200)} classeurs, {codes.count(503)} refusés")
    assert set(codes) <= {200, 503}
    assert codes.count(200) > 24
    assert assaut.p95(temps["fiche"]) <= 1
    assert assaut.p95(temps["healthz"]) <= 0.2
    shutil.rmtree(dossier)


def _demander_sans_cesse(s: Serveur, fin: float) -> list[int]:
    codes = []
    while time.monotonic() < fin:
        codes.append(s.demander("/recherche/export.xlsx?q=&departement=59").status)
    return codes


def _dire(temps: dict[str, list[float]], reste: str) -> None:
    """The figures, for ``pytest -s``."""
    lus = ", ".join(f"{nom} p95 {1000 * assaut.p95(t):.0f} ms" for nom, t in temps.items())
    sys.stdout.write(f"\n{lus}, {reste}\n")
