"""The bridge between granian and the threads of Django, with applications and delays of its own."""

import http.client
import io
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished

from fce.ensembles.rapprochement.views_service import OCTETS_MAX
from fce.exploitation.serveur import admission, corps, lecteur, pont, prises
from fce.exploitation.serveur.corps import DE_TROP, LectureDeCorps
from fce.exploitation.serveur.refus import REFUS
from fce.exploitation.serveur.reponse import BLOC, MEMOIRE
from fce.exploitation.serveur.voies import PlacesDEnvoi
from fce.socle.web.compteurs import Compteurs, Limite
from tests.config.bruts import en_processus, jusqu_a_la_fin, ouvrir, statut
from tests.config.serveur import attendre
from tests.pannes import lever

GET = b"GET /mentions-legales HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /contact HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
FORMULAIRE = pont.FORMULAIRE
DEPOT = b"PUT /api/v1/depots/rge HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def qui_repond(corps: bytes, *entetes: tuple[str, str], statut: str = "200 OK") -> Wsgi:
    def application(environ: dict[str, Any], commencer: Any) -> Iterable[bytes]:
        commencer(statut, list(entetes))
        return [corps]

    return application


def qui_lit(environ: dict[str, Any], commencer: Any) -> Iterable[bytes]:
    """Answer with the body that came, or the refusal of the server."""
    if (refus := environ.get(REFUS)) is not None:
        commencer(f"{refus.statut} Refus", [])
        return [refus.message.encode()]
    lu = environ["wsgi.input"].read()
    commencer("200 OK", [("Content-Length", str(len(lu)))])
    return [lu]


def demander(
    port: int, methode: str = "GET", chemin: str = "/mentions-legales", envoi: bytes | None = None
) -> tuple[Any, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connexion:
        connexion.request(methode, chemin, envoi)
        reponse = connexion.getresponse()
        return reponse, reponse.read()


class Suivi:
    """An answer of many blocks that notes in which thread each thing is done."""

    def __init__(self, blocs: int = 10_000) -> None:
        self.blocs, self.fils, self.fermee = blocs, set[int](), threading.Event()

    def __call__(self, environ: dict[str, Any], commencer: Any) -> "Suivi":
        self.fils.add(threading.get_ident())
        commencer("200 OK", [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.blocs):
            self.fils.add(threading.get_ident())
            yield b"x" * BLOC

    def close(self) -> None:
        self.fils.add(threading.get_ident())
        self.fermee.set()


@pytest.mark.parametrize("octets", [0, 10, BLOC, BLOC + 1, MEMOIRE, 3 * MEMOIRE])
def test_an_answer_arrives_whole_whatever_its_size(octets: int) -> None:
    dit = b"x" * octets
    for entetes in ((), (("Content-Length", str(octets)),)):
        with en_processus(qui_repond(dit, *entetes)) as port:
            assert demander(port)[1] == dit


def test_an_answer_is_iterated_and_closed_in_the_thread_of_its_view() -> None:
    suivi = Suivi(20)
    with en_processus(suivi) as port:
        assert len(demander(port)[1]) == 20 * BLOC
        assert suivi.fermee.wait(5)
    assert len(suivi.fils) == 1


def test_an_answer_is_closed_in_its_thread_after_its_reader_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fce.exploitation.serveur.reponse.AVANCE_MAX", 4 * MEMOIRE)
    suivi = Suivi()
    with en_processus(suivi) as port:
        with ouvrir(port, GET, reception=4096) as prise:
            assert prise.recv(12) == b"HTTP/1.1 200"
            assert not suivi.fermee.is_set()
        assert suivi.fermee.wait(10)
        # The thread is free: the lane has one.
        assert demander(port, chemin="/healthz")[0].status == 200
    assert len(suivi.fils) == 1 or suivi.fermee.is_set()


def test_the_connection_of_a_reader_who_stopped_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only given up: what the kernel holds of it is freed, whatever the reader does."""
    monkeypatch.setattr(lecteur, "PATIENCE_S", 0.5)
    monkeypatch.setattr(lecteur, "DEBIT_LECTEUR", 1 << 20)
    coupees: list[int] = []
    couper = prises.couper
    monkeypatch.setattr(prises, "couper", lambda client: coupees.append(couper(client)))
    suivi = Suivi()
    with en_processus(suivi) as port, ouvrir(port, GET, reception=4096) as prise:
        attendre(lambda: coupees == [1], 20)
        assert suivi.fermee.wait(5)
        assert len(jusqu_a_la_fin(prise, 10)) < suivi.blocs * BLOC


@pytest.mark.parametrize(
    ("octets", "annonces", "dits"),
    [
        # Short: it is told its true length.
        pytest.param(10, 5, [200, 200], id="short"),
        pytest.param(10, 50, [200, 200], id="short and missing"),
        # Long: nothing of it, or what there is and the end of the connection.
        pytest.param(2 * MEMOIRE, 50, [500, 500], id="long"),
        pytest.param(2 * MEMOIRE, 3 * MEMOIRE, [200], id="long and missing"),
    ],
)
def test_an_answer_of_another_length_than_it_says_never_runs_into_the_next_one(
    octets: int, annonces: int, dits: list[int]
) -> None:
    dit = qui_repond(b"x" * octets, ("Content-Length", str(annonces)))
    with en_processus(dit) as port, ouvrir(port, GET + GET[:-2] + b"Connection: close\r\n\r\n") as prise:
        recu = jusqu_a_la_fin(prise)
    assert [statut(b"x " + morceau) for morceau in recu.split(b"HTTP/1.1 ")[1:]] == dits
    if octets == 10:
        assert recu.lower().count(b"content-length: 10\r\n") == 2


def test_an_answer_cut_short_is_seen_as_such() -> None:
    def casser(environ: dict[str, Any], commencer: Any) -> Iterator[bytes]:
        commencer("200 OK", [])
        yield b"x" * 2 * MEMOIRE
        raise ValueError("secret")

    with en_processus(casser) as port, pytest.raises(http.client.IncompleteRead):
        demander(port)


@pytest.mark.parametrize("entete", [("X-A", "b\r\nSet-Cookie: c=d"), ("X-A", "é€")])
def test_a_header_that_http_cannot_carry_is_an_error_page(entete: tuple[str, str]) -> None:
    with en_processus(qui_repond(b"page", entete)) as port:
        reponse, dit = demander(port)
    assert reponse.status == 500
    assert b"Une erreur inattendue" in dit
    assert "Set-Cookie" not in reponse.headers


def test_an_application_that_raises_is_an_error_page_without_its_message(capfd: pytest.CaptureFixture[str]) -> None:
    with en_processus(lever(ValueError("secret"))) as port:
        reponse, dit = demander(port)
    assert (reponse.status, b"secret" in dit) == (500, False)
    assert "secret" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("methode", ["HEAD", "GET"])
def test_what_has_no_body_keeps_its_headers(methode: str) -> None:
    code = "200 OK" if methode == "HEAD" else "304 Not Modified"
    with en_processus(qui_repond(b"page", ("ETag", '"a"'), statut=code)) as port:
        reponse, dit = demander(port, methode)
    assert (dit, reponse.headers["ETag"]) == (b"", '"a"')


def test_a_body_is_whole_before_a_thread_is_taken() -> None:
    entrees: list[bool] = []

    def noter(environ: dict[str, Any], commencer: Any) -> Iterable[bytes]:
        entrees.append(True)
        return qui_lit(environ, commencer)

    with en_processus(noter) as port, ouvrir(port, POST % 4 + b"ab") as prise:
        time.sleep(0.5)
        assert not entrees
        prise.sendall(b"cd")
        assert prise.recv(65_536).endswith(b"abcd")


def test_a4_a_deposit_is_asked_twice_and_holds_no_thread_between() -> None:
    """First without its body: its view checks who sends; then with the whole of it."""
    vus: list[bool] = []
    rendues: list[int] = []

    def suivre(environ: dict[str, Any], commencer: Any) -> Iterable[bytes]:
        vus.append(environ["wsgi.input"].readable())
        return qui_lit(environ, commencer)

    def rendre(**_: Any) -> None:
        rendues.append(threading.get_ident())

    request_finished.connect(rendre)
    try:
        with en_processus(suivre) as port, ouvrir(port, DEPOT % 4 + b"ab") as lent:
            attendre(lambda: len(vus) == 1, 5)
            # Its connections of the database went back, as after any answer.
            attendre(lambda: len(rendues) == 1, 5)
            for _ in range(3):
                assert demander(port, "PUT", "/api/v1/depots/rge", b"x" * 200_000)[1] == b"x" * 200_000
            lent.sendall(b"cd")
            assert lent.recv(65_536).endswith(b"abcd")
    finally:
        request_finished.disconnect(rendre)
    assert len(vus) == 8


@pytest.mark.django_db
@pytest.mark.parametrize("lit", [True, False], ids=["it reads the body", "it refuses"])
def test_a4_a_deposit_that_is_asked_twice_is_counted_once(tmp_path: Path, lit: bool) -> None:
    """A refusal is counted by the first run, which is the only one: wrong tokens stay limited."""
    comptes, limite = Compteurs(tmp_path / "compteurs", b"cle"), Limite("essais", 2)

    def application(environ: dict[str, Any], commencer: Any) -> Iterable[bytes]:
        assert not comptes.prendre("a", limite, 1, 1_000.0)
        if lit:
            environ["wsgi.input"].read()
        commencer("401 Unauthorized", [])
        return [b""]

    environ: dict[str, Any] = {"wsgi.input": admission.CORPS_A_VENIR}
    admission.demander_sans_corps(application, environ, lambda *_: None)
    if lit:
        application({"wsgi.input": io.BytesIO()}, lambda *_: None)
    assert not comptes.prendre("a", limite, 1, 1_001.0)
    assert comptes.attente("a", limite, 1_002.0)


def test_a4_deposits_beyond_their_number_cost_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even to ask who sends them."""
    vus: list[str] = []

    def noter(environ: dict[str, Any], commencer: Any) -> Iterable[bytes]:
        vus.append(environ["PATH_INFO"])
        return qui_lit(environ, commencer)

    lectures = plafonner(monkeypatch, PlacesDEnvoi(2, 100, DE_TROP))
    with en_processus(noter) as port, ouvrir(port, DEPOT % 4 + b"ab"), ouvrir(port, DEPOT % 4 + b"ab"):
        attendre(lambda: any(lecture.places.en_cours == 2 for lecture in lectures), 10)
        assert len(vus) == 2
        assert demander(port, "PUT", "/api/v1/depots/rge", b"abcd")[0].status == 503
        assert len(vus) == 2


def test_a4_a_deposit_that_is_refused_is_never_read() -> None:
    with en_processus(qui_repond(b"non", statut="401 Unauthorized")) as port, ouvrir(port, DEPOT % (1 << 30)) as prise:
        recu = jusqu_a_la_fin(prise)
    assert statut(recu) == 401
    assert b"connection: close" in recu


def test_a2_a_body_below_its_rate_is_cut_however_it_drips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corps, "GRACE_S", 1.0)
    with en_processus(qui_lit) as port, ouvrir(port, POST % 1000) as prise:
        for _ in range(8):
            time.sleep(0.1)
            prise.sendall(b"a")
        assert statut(jusqu_a_la_fin(prise)) == 408


def plafonner(monkeypatch: pytest.MonkeyPatch, places: PlacesDEnvoi, ensemble: int = 10**9) -> list[LectureDeCorps]:
    """Set the limits of every body; the readers that will be made."""
    faites: list[LectureDeCorps] = []

    def faire(_octets: int, _ensemble: int, _places: PlacesDEnvoi, dossier: Path) -> LectureDeCorps:
        faites.append(LectureDeCorps(10**6, ensemble, replace(places), dossier))
        return faites[-1]

    monkeypatch.setattr(pont, "LectureDeCorps", faire)
    return faites


@pytest.mark.parametrize(
    ("places", "attendu"),
    [(PlacesDEnvoi(100, 2, DE_TROP), 429), (PlacesDEnvoi(2, 100, DE_TROP), 503)],
)
def test_a2_bodies_being_read_are_counted_by_address_and_by_process(
    monkeypatch: pytest.MonkeyPatch, places: PlacesDEnvoi, attendu: int
) -> None:
    plafonner(monkeypatch, places)
    monkeypatch.setattr(pont, "a_compter", lambda environ: "203.0.113.1")
    with en_processus(qui_lit) as port:
        with ouvrir(port, POST % 4 + b"ab") as un, ouvrir(port, POST % 4 + b"ab") as deux:
            attendre(lambda: demander(port, "POST", "/contact", b"abcd")[0].status != 200, 5)
            if attendu == 503:
                assert demander(port, "POST", "/contact", b"abcd")[0].status == 503
            for prise in (un, deux):
                prise.sendall(b"cd")
                assert prise.recv(65_536).endswith(b"abcd")
        assert demander(port, "POST", "/contact", b"abcd")[1] == b"abcd"


@pytest.mark.parametrize(
    ("corps", "genre", "attendu"),
    [
        (b"%" * 1001, FORMULAIRE, 400),
        (b"a=%4g&" * 1001, FORMULAIRE.upper() + "; charset=utf-8", 400),
        (b"a=" + b"%" * 900 + b"%41%c3%A9" * 20_000, FORMULAIRE, 200),
        (b"%" * 100_000, "application/json", 200),
        # Django refuses a longer form without decoding it.
        (b"a" * 1_100_000 + b"%" * 2000, FORMULAIRE, 200),
    ],
)
def test_a12_a_form_full_of_escapes_that_are_none_never_reaches_a_thread(
    corps: bytes, genre: str, attendu: int
) -> None:
    faites: list[str] = []

    def compter(environ: dict[str, Any], commencer: Any) -> Iterable[bytes]:
        faites.append(environ["REQUEST_METHOD"])
        return qui_lit(environ, commencer)

    with en_processus(compter) as port, closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connexion:
        connexion.request("POST", "/avis", corps, {"Content-Type": genre})
        reponse = connexion.getresponse()
        lu = reponse.read()
    assert (reponse.status, len(faites)) == (attendu, 0 if attendu == 400 else 1)
    assert lu == corps or attendu == 400


def test_a12_a_view_may_take_smaller_bodies_than_the_others() -> None:
    with en_processus(qui_lit) as port:
        for octets, attendu in ((OCTETS_MAX, 200), (OCTETS_MAX + 1, 413)):
            assert demander(port, "POST", "/reconcile", b"a" * octets)[0].status == attendu
        assert demander(port, "POST", "/contact", b"a" * (OCTETS_MAX + 1))[0].status == 200


def test_a2_the_temporary_files_of_bodies_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    lectures = plafonner(monkeypatch, PlacesDEnvoi(100, 100, DE_TROP), ensemble=300_000)
    gros = b"x" * 200_000
    with en_processus(qui_lit) as port:
        with ouvrir(port, POST % 200_001 + gros):
            attendre(lambda: any(lecture.en_fichiers == 200_000 for lecture in lectures), 5)
            assert demander(port, "POST", "/contact", gros)[0].status == 503
            assert demander(port, "POST", "/contact", b"abcd")[1] == b"abcd"
        attendre(lambda: demander(port, "POST", "/contact", gros)[1] == gros, 5)
