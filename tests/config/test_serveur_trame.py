"""What leaves on a connection is one answer, of which the end is known, or nothing: no other can be written into it."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fce.config.serveur import tete
from fce.config.serveur.tete import Tete, TeteRefusee
from fce.config.serveur.trame import ReponseImpossible, Trame

GET = b"GET /a HTTP/1.1\r\nHost: localhost\r\n"


def lire(octets: bytes, pas: int = 0) -> tuple[Tete, bytes]:
    """Read a head that comes whole, or ``pas`` bytes at a time."""
    reste = [octets[i : i + pas] for i in range(0, len(octets), pas)] if pas else [octets]

    async def suite() -> bytes:
        return reste.pop(0) if reste else b""

    return asyncio.run(tete.lire(reste.pop(0), suite))


def demande(octets: bytes = GET + b"\r\n") -> Tete:
    return lire(octets)[0]


def ecrite(lue: Tete, entetes: list[tuple[str, str]], *blocs: bytes, statut: str = "200 OK") -> bytes:
    trame = Trame(lue, statut, entetes, derniere=False)
    corps = b"" if trame.sans_corps else b"".join(map(trame.corps, blocs))
    return trame.tete + corps + trame.fin()


@given(pas=st.integers(1, 80))
def test_a_head_reads_the_same_however_it_comes(pas: int) -> None:
    octets = GET + b"X-Un:  deux  \r\nCookie: a=b\r\nCookie: c=d\r\nContent-Length: 5\r\n\r\nabcde"
    lue, apres = lire(octets, pas)
    assert lue == demande(octets)
    assert b"abcde".startswith(apres)
    assert lue.entetes[1:4] == ((b"x-un", b"deux"), (b"cookie", b"a=b"), (b"cookie", b"c=d"))
    assert lue.octets == 5


@given(pas=st.integers(1, 40), faute=st.sampled_from([b"\n", b"\r", b"\0", b"\r\n ", b"\x7f"]))
def test_what_is_ambiguous_is_refused_wherever_it_is_cut(pas: int, faute: bytes) -> None:
    with pytest.raises(TeteRefusee) as refus:
        lire(GET + b"X-Un: a" + faute + b"b\r\n\r\n", pas)
    assert refus.value.statut == 400


def test_what_follows_a_head_is_given_back() -> None:
    assert lire(GET + b"\r\n" + GET)[1] == GET


@pytest.mark.parametrize(
    ("octets", "gardee"),
    [
        (GET + b"\r\n", True),
        (GET + b"Connection: keep-alive, Close\r\n\r\n", False),
        (GET + b"Connection: close\r\nConnection: upgrade\r\n\r\n", False),
        (GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", True),
        (b"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", False),
    ],
)
def test_a_connection_serves_another_request_unless_one_side_ends_it(octets: bytes, gardee: bool) -> None:
    lue = demande(octets)
    assert lue.se_garde is gardee
    assert (b"Connection: close" in ecrite(lue, [("Content-Length", "1")], b"a")) is not gardee


def test_a_method_that_nobody_knows_is_left_to_the_pages_and_what_is_none_is_refused() -> None:
    assert demande(b"LIRE /a HTTP/1.1\r\nHost: localhost\r\n\r\n").methode == "LIRE"
    with pytest.raises(TeteRefusee) as refus:
        demande(b"LI(E /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert refus.value.statut == 400


@pytest.mark.parametrize(
    ("octets", "statut"),
    [
        (b"GET /" + b"a" * tete.TETE_MAX, 414),
        (GET + b"X: " + b"a" * tete.TETE_MAX, 431),
        (GET + b"X: a\r\n" * 12_000 + b"\r\n", 431),
    ],
)
def test_a_head_too_long_says_what_is_too_long(octets: bytes, statut: int) -> None:
    with pytest.raises(TeteRefusee) as refus:
        lire(octets, 8192)
    assert refus.value.statut == statut


def test_a_body_of_unknown_length_is_cut_in_chunks() -> None:
    recu = ecrite(demande(), [("Content-Type", "text/csv")], b"un", b"deux" * 5)
    assert recu.split(b"\r\n\r\n", 1)[1] == b"2\r\nun\r\n14\r\n" + b"deux" * 5 + b"\r\n0\r\n\r\n"
    assert b"\r\nTransfer-Encoding: chunked\r\n" in recu


def test_a_client_of_http_1_0_reads_until_the_end() -> None:
    recu = ecrite(demande(b"GET /a HTTP/1.0\r\n\r\n"), [], b"un", b"deux")
    assert recu.endswith(b"Connection: close\r\n\r\nundeux")
    assert b"chunked" not in recu


@pytest.mark.parametrize(("methode", "statut"), [(b"HEAD", "200 OK"), (b"GET", "304 Not Modified"), (b"GET", "204 No")])
def test_an_answer_without_a_body_has_none_whatever_it_announces(methode: bytes, statut: str) -> None:
    recu = ecrite(
        demande(GET.replace(b"GET", methode) + b"\r\n"), [("Content-Length", "9")], b"neuf ici!", statut=statut
    )
    assert recu.endswith(b"\r\n\r\n")
    assert b"chunked" not in recu


@pytest.mark.parametrize("valeur", ["a\r\nSet-Cookie: b=c", "a\nb", "a\rb", "a\0b", "prix : 3 €"])
def test_a_header_that_would_write_another_line_is_not_sent(valeur: str) -> None:
    for entete in [("X-A", valeur), (valeur, "a")]:
        with pytest.raises(ReponseImpossible):
            ecrite(demande(), [entete])


@pytest.mark.parametrize("blocs", [(b"abc", b"de"), (b"abc",)])
def test_a_body_of_another_length_than_it_says_is_not_taken_for_a_whole_one(blocs: tuple[bytes, ...]) -> None:
    with pytest.raises(ReponseImpossible):
        ecrite(demande(), [("Content-Length", "4")], *blocs)


def test_an_answer_is_dated() -> None:
    assert b"\r\nDate: " in ecrite(demande(), [("Content-Length", "0")])
