"""An answer that everyone may read is sent once: its ETag, asked again, gives 304 until the content changes."""

import pytest
from django.test import Client

from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db


@pytest.fixture
def univers(db: None) -> Univers:
    univers = Univers()
    univers.entreprise("MOULIN")
    univers.indexer()
    return univers


@pytest.fixture
def adresses(univers: Univers) -> list[str]:
    siren, siret = univers.unites[0]["siren"], univers.lieux[0]["siret"]
    chemins = ("recherche?q=moulin", f"entreprises/{siren}", f"etablissements/{siret}", "suggestions?q=moulin",
               "nomenclatures", "nomenclatures/naf-rev2", "openapi.json")  # fmt: skip
    return [*(f"/api/v1/{chemin}" for chemin in chemins), "/api/recherche-entreprises/openapi.json"]


def test_an_answer_already_held_is_not_sent_again(client: Client, adresses: list[str]) -> None:
    for adresse in adresses:
        lue = client.get(adresse)
        assert (lue["Cache-Control"], "Authorization" in lue["Vary"]) == ("no-cache", True)
        for tenu in (lue["ETag"], f'"x", W/{lue["ETag"]}', "*"):  # nginx makes it weak when it compresses
            for demander in (client.get, client.head):
                encore = demander(adresse, headers={"If-None-Match": tenu})
                assert (encore.status_code, encore.content, encore["ETag"]) == (304, b"", lue["ETag"]), adresse
        assert client.get(adresse, headers={"If-None-Match": '"x"'}).content == lue.content
        assert client.head(adresse)["ETag"] == lue["ETag"]


def test_the_tag_changes_with_the_content(client: Client, univers: Univers, adresses: list[str]) -> None:
    avant = [client.get(adresse)["ETag"] for adresse in adresses[:3]]
    univers.unites[0]["denomination"] = "MOULIN NEUF"
    univers.indexer()
    for adresse, etag in zip(adresses, avant, strict=False):
        assert client.get(adresse, headers={"If-None-Match": etag}).status_code == 200


def test_what_a_token_reads_and_refusals_are_kept_by_nobody(client: Client, adresses: list[str]) -> None:
    jeton = client.get(adresses[1], headers={"Authorization": "Bearer fceapi_faux"})
    assert (jeton.status_code, jeton["Cache-Control"]) == (401, "no-store, private")
    assert "ETag" not in client.get("/api/v1/entreprises/123").headers


def test_p5_open_data_asked_with_a_key_has_a_tag_and_is_kept_by_its_reader_alone(
    client: Client, adresses: list[str]
) -> None:
    cle = {"Authorization": "Bearer fceapi_faux"}  # of no account: its quota, not its rights
    for adresse in (adresses[0], *adresses[3:]):
        lue = client.get(adresse, headers=cle)
        assert (lue.status_code, lue["Cache-Control"], bool(lue["ETag"])) == (200, "no-cache, private", True), adresse
        assert client.get(adresse, headers={**cle, "If-None-Match": lue["ETag"]}).status_code == 304
