"""The limits of requests: per reader, said in French with the time to wait, blind to the machine itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from fce.config import debit
from fce.exploitation.serveur import adresses
from tests.config.serveur import installe, serveur

AILLEURS = "203.0.113.7"
DEBUT = 1_800_000_000.0


@pytest.fixture
def installation() -> Iterator[Path]:
    with installe("debit") as dossier:
        yield dossier


def demander(client: Client, chemin: str = "/mentions-legales", de: str = AILLEURS, **entetes: str):
    return client.get(chemin, REMOTE_ADDR=de, headers=entetes)


@pytest.fixture
def limite(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Thirty pages a minute, on a clock that stands still."""
    settings.FCE_DATA_DIR = tmp_path
    settings.FCE_DEBIT, settings.FCE_DEBIT_FRAGMENTS = 30, 50
    monkeypatch.setattr(debit, "time", lambda: DEBUT)
    return Client()


def test_beyond_the_limit_the_page_says_when_to_come_back(limite: Client) -> None:
    assert [demander(limite).status_code for _ in range(31)] == [200] * 30 + [429]
    refus = demander(limite, "/mentions-legales")
    assert refus.status_code == 429
    assert refus["Retry-After"] == "63"
    assert refus["Cache-Control"] == "no-store"
    assert "réessayez dans 63 s" in refus.content.decode()
    assert "<h1>Trop de demandes</h1>" in refus.content.decode()
    assert refus["X-Request-Id"]


def test_the_api_says_it_in_json_to_whoever_comes_from_another_site(limite: Client) -> None:
    reponses = [demander(limite, "/api/v1/openapi.json") for _ in range(21)]
    assert {r.status_code for r in reponses[:20]} == {200}
    refus = reponses[20]
    assert (refus.status_code, refus["Content-Type"]) == (429, "application/problem+json")
    assert refus.json()["erreur"]["code"] == "trop_de_demandes"
    assert refus["Access-Control-Allow-Origin"] == "*"


def test_one_file_is_worth_ten_requests(limite: Client) -> None:
    reponses = [demander(limite, "/sources/nulle-part/donnees.csv").status_code for _ in range(4)]
    assert reponses[3] == 429
    assert 429 not in reponses[:3]


def test_each_address_has_its_own_count(limite: Client) -> None:
    for _ in range(31):
        refus = demander(limite)
    assert refus.status_code == 429
    assert demander(limite, de="203.0.113.8").status_code == 200


def test_the_machine_itself_and_static_files_do_not_count(limite: Client) -> None:
    for de in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert {demander(limite, de=de).status_code for _ in range(50)} == {200}
    for _ in range(50):
        feuille = demander(limite, "/static/fce/fce.css")
        assert feuille.status_code == 200
        for fermer in feuille._resource_closers:  # its file alone: ``close`` would look at the database
            fermer()
    assert demander(limite).status_code == 200


def test_whoever_waits_is_served(limite: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(31):
        refus = demander(limite)
    monkeypatch.setattr(debit, "time", lambda: DEBUT + float(refus["Retry-After"]))
    assert demander(limite).status_code == 200


def test_s14_fragments_have_their_own_count_and_health_has_none(limite: Client) -> None:
    fragment = "/recherche/lieux?lieu=x"  # too short to be looked for
    assert [demander(limite, fragment).status_code for _ in range(51)] == [200] * 50 + [429]
    assert demander(limite).status_code == 200
    assert {demander(limite, "/healthz").status_code for _ in range(60)} == {200}


def test_a5_a_random_authorization_each_time_counts_for_the_address(limite: Client) -> None:
    codes = [
        demander(limite, "/api/v1/openapi.json", authorization=f"Bearer {numero}").status_code for numero in range(300)
    ]
    assert codes == [200] * 20 + [429] * 280
    # Without any, he is the same reader.
    assert demander(limite, "/api/v1/openapi.json").status_code == 429


def test_a6_the_addresses_of_a_subscriber_are_one_reader_and_those_around_him_a_larger_one(limite: Client) -> None:
    def servies(adresses: list[str]) -> int:
        return [demander(limite, de=a).status_code for a in adresses].count(200)

    assert servies([f"2001:db8:0:1::{n:x}" for n in range(1, 41)]) == 30
    # The /56 around it: four times as many, whatever its 256 subscribers.
    assert servies([f"2001:db8:0:{n:x}::1" for n in range(2, 140)]) == 90
    assert servies(["2001:db8:0:1ff::1", "2001:db9::1"]) == 2


def test_s14_trying_tokens_does_not_open_a_count_for_each(limite: Client) -> None:
    codes = [demander(limite, "/api/v1/depots", authorization=f"Basic faux-{n}").status_code for n in range(22)]
    assert codes == [401] * 20 + [429] * 2
    assert demander(limite).status_code == 200


def test_zero_lifts_the_limit(settings) -> None:
    settings.FCE_DEBIT = 0
    client = Client()
    assert {demander(client).status_code for _ in range(50)} == {200}


@pytest.mark.parametrize(
    ("frontaux", "annonce", "proche", "attendue"),
    [
        (0, "198.51.100.1", AILLEURS, AILLEURS),  # anyone may write this header
        (1, "198.51.100.1", "127.0.0.1", "198.51.100.1"),
        (1, "10.0.0.1, 198.51.100.1", "127.0.0.1", "198.51.100.1"),  # the reader wrote the first one himself
        (2, "10.0.0.1, 198.51.100.1, 192.0.2.9", "127.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", AILLEURS, AILLEURS),  # a front server is missing: what it would have said is unknown
        (1, "", AILLEURS, AILLEURS),
        (1, "pas une adresse", AILLEURS, AILLEURS),
        (1, "2001:db8:1:2:aaaa::1", "127.0.0.1", "2001:db8:1:2::/64"),
        (1, "2001:db8:1:2:bbbb::2", "127.0.0.1", "2001:db8:1:2::/64"),
        (1, "::ffff:198.51.100.1", "127.0.0.1", "198.51.100.1"),
        (0, "", "127.0.0.1", None),
        (1, "127.0.0.1", AILLEURS, None),
        (0, "", "", "inconnue"),
    ],
)
def test_the_reader_s_address_is_believed_only_from_the_front_end(
    settings, frontaux, annonce, proche, attendue
) -> None:
    settings.FCE_FRONTAUX = frontaux
    requete = RequestFactory().get("/", REMOTE_ADDR=proche, headers={"x-forwarded-for": annonce})
    assert adresses.a_compter(requete.META) == attendue


@pytest.mark.epreuve
def test_s14_three_processes_share_the_limit_and_a_restart_does_not_forget_it(installation: Path) -> None:
    """Real servers behind a front server: the second one would let few requests through."""
    with serveur(installation, "--travailleurs", "3", FCE_DEBIT="60", FCE_FRONTAUX="1") as s:
        codes = [s.demander("/mentions-legales", X_Forwarded_For=AILLEURS).status for _ in range(100)]
        assert 57 <= codes.count(200) <= 63
        assert set(codes) == {200, 429}
    with serveur(installation, "--travailleurs", "1", FCE_DEBIT="5", FCE_FRONTAUX="1") as s:
        refus = s.demander("/mentions-legales", X_Forwarded_For=AILLEURS)
        assert refus.status == 429
        codes = [s.demander("/mentions-legales", X_Forwarded_For="198.51.100.2").status for _ in range(7)]
        assert codes == [200] * 5 + [429] * 2
        assert s.demander("/healthz").status == 200
        # The table of counts is lost: what is open to all stays open.
        (installation / "debit" / "compteurs-2").unlink()
        (installation / "debit").chmod(0o500)
        assert s.demander("/mentions-legales", X_Forwarded_For="198.51.100.1").status == 200
        (installation / "debit").chmod(0o700)
