"""A search read whole with a cursor: every result once, by number, whatever the query and the size of the pages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.recherche.univers import LILLE, LYON, Univers

pytestmark = pytest.mark.django_db
DEMANDES = (
    "departement=59", "departement=59&departement=69", "q=atelier", "q=atelier+7", "q=atelie", "naf=10.71C",
    "departement=59&naf=10.71C", "categorie=PME", "etat=tous&departement=69", "q=rien+du+tout",
    "creation_min=2000-01-01",
)  # fmt: skip


@pytest.fixture
def univers(db: None) -> Univers:
    univers = Univers()
    for n in range(24):
        siren = univers.entreprise(
            f"ATELIER {n}",
            LILLE if n % 3 else LYON,
            activite_principale="10.71C" if n % 2 else "62.01Z",
            categorie_entreprise="PME" if n % 4 else None,
            etat_administratif="C" if n % 7 == 0 else "A",
        )
        for k in range(2, 2 + n % 3):
            univers.etablissement(siren, k, activite_principale="10.71C")
    univers.indexer()
    return univers


def pages(client: Client, demande: str, taille: int = 20) -> Iterator[dict[str, Any]]:
    curseur: str | None = "*"
    while curseur:
        reponse = client.get(f"/api/v1/recherche?{demande}&{urlencode({'curseur': curseur, 'taille': taille})}")
        assert reponse.status_code == 200, reponse.content
        yield (page := reponse.json())
        curseur = page["suivant"]


def numeros(page: dict[str, Any], vue: str = "entreprises") -> list[str]:
    return [r["siren"] if vue == "entreprises" else r["etablissement"]["siret"] for r in page["resultats"]]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(DEMANDES), st.sampled_from(["entreprises", "etablissements"]), st.integers(1, 11))
def test_the_pages_together_give_each_result_once(univers: Univers, demande: str, vue: str, taille: int) -> None:
    client, demande = Client(), f"{demande}&vue={vue}"
    lues = list(pages(client, demande, taille))
    trouves = [numero for page in lues for numero in numeros(page, vue)]
    assert trouves == sorted(set(trouves))
    entiere = client.get(f"/api/v1/recherche?{demande}&taille=100").json()
    assert set(trouves) == set(numeros(entiere, vue))
    assert {page["total"] for page in lues} == {len(trouves)} == {entiere["total"]}
    assert [page["page"] for page in lues] == [*range(1, len(lues) + 1)]
    assert all(page["total_exact"] for page in lues)
    assert all(len(page["resultats"]) == taille for page in lues[:-1])


def test_facets_come_with_any_page(client: Client, univers: Univers) -> None:
    demande = "departement=59&facettes=departement"
    attendues = client.get(f"/api/v1/recherche?{demande}").json()["facettes"]
    assert attendues["departement"]
    assert all(page["facettes"] == attendues for page in pages(client, demande, 4))


def test_a_number_has_one_page(client: Client, univers: Univers) -> None:
    siren = univers.unites[1]["siren"]
    (page,) = pages(client, f"q={siren}")
    assert numeros(page) == [siren]
    assert client.get("/api/v1/recherche?q=atelier").json()["suivant"] is None


def _refus(client: Client, demande: str, curseur: str) -> tuple[int, str, str]:
    reponse = client.get(f"/api/v1/recherche?{demande}&{urlencode({'curseur': curseur})}")
    assert reponse["Content-Type"] == "application/problem+json"
    probleme = reponse.json()
    return probleme["status"], probleme["code"], probleme["parametre"]


def test_a_cursor_that_is_not_ours_or_of_this_search_is_refused(client: Client, univers: Univers) -> None:
    suivant = next(pages(client, "departement=59", 2))["suivant"]
    faux = (400, "parametre_invalide", "curseur")
    for curseur in ("x", "**", suivant[:-1], suivant + "A", "a:b:c", signing.dumps(("", "", 1, 2)), "\0", "é" * 30):
        assert _refus(client, "departement=59&taille=2", curseur) == faux, curseur
    for autre in ("departement=69&taille=2", "departement=59", "departement=59&taille=2&vue=etablissements"):
        assert _refus(client, autre, suivant) == faux
    for nom in ("tri=nom", "page=1"):
        assert _refus(client, f"departement=59&{nom}", "*")[1:] == ("parametre_invalide", nom.partition("=")[0])


def test_a_cursor_of_a_former_index_says_to_start_again(client: Client, univers: Univers) -> None:
    suivant = next(pages(client, "departement=59", 2))["suivant"]
    univers.indexer()
    assert _refus(client, "departement=59&taille=2", suivant) == (410, "curseur_perime", "curseur")


def test_a_cursor_tells_no_name(client: Client, univers: Univers) -> None:
    suivant = next(pages(client, "q=atelier", 2))["suivant"]
    assert "atelier" not in str(signing.loads(suivant, salt="fce.api.curseurs")).lower()
