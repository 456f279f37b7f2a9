"""Who is signed in has his own count: an administration that goes out by one address does not hold its agents back."""

from pathlib import Path

import pytest
from django.test import Client

from fce.config import debit
from fce.donnees.imports.depots import jetons
from tests.droits.comptes import fabrique

pytestmark = pytest.mark.django_db
AILLEURS = "203.0.113.7"


@pytest.fixture(autouse=True)
def _limite(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FCE_DATA_DIR = tmp_path
    settings.FCE_DEBIT, settings.FCE_DEBIT_FRAGMENTS = 3, 5
    monkeypatch.setattr(debit, "time", lambda: 1_800_000_000.0)


def pages(client: Client, nombre: int, de: str = AILLEURS) -> list[int]:
    return [client.get("/mentions-legales", REMOTE_ADDR=de).status_code for _ in range(nombre)]


def agent() -> Client:
    return fabrique.client_de(fabrique.compte())


def test_s14_agents_behind_one_address_do_not_hinder_each_other() -> None:
    presse, *autres = [agent() for _ in range(5)]
    assert pages(presse, 6) == [200] * 5 + [429]
    assert pages(Client(), 4) == [200] * 3 + [429]
    assert all(pages(autre, 1) == [200] for autre in autres)
    # Wherever he asks from.
    refus = presse.get("/mentions-legales", REMOTE_ADDR="198.51.100.1")
    assert refus.status_code == 429
    assert "votre compte" in refus.content.decode()


def test_s14_an_invented_cookie_gives_no_count(settings) -> None:
    codes = []
    for numero in range(5):
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = f"invente-{numero}"
        codes += pages(client, 1)
    assert codes == [200] * 3 + [429] * 2


def test_a5_a_token_has_its_own_count_once_the_api_accepted_it() -> None:
    jeton, secret = jetons.creer("dgfip")
    client = Client()

    def depots(de: str, porteur: str = secret) -> int:
        return client.get("/api/v1/depots", REMOTE_ADDR=de, headers={"authorization": f"Bearer {porteur}"}).status_code

    assert depots(AILLEURS) == 200
    # A neighbour uses up what their address may ask: the program goes on, from there too.
    assert [client.get("/api/v1/openapi.json", REMOTE_ADDR=AILLEURS).status_code for _ in range(25)].count(200) == 19
    assert [depots(AILLEURS) for _ in range(21)] == [200] * 20 + [429]
    assert depots("198.51.100.1") == 429
    # Withdrawn, it is refused as any other.
    jetons.revoquer(jeton.pk)
    assert depots(AILLEURS, f"{secret[:-1]}_") == 429
