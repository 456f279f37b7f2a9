"""A person masked since the index was built is told by no result, total nor count, on any surface."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from fce.recherche.question.requete import Requete
from fce.recherche.reponse import panneau, selectors as recherches, suggestions
from fce.referentiels.projections import METROPOLE
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db
LIEU = {"coordonnee_lambert_abscisse": "704000.00", "coordonnee_lambert_ordonnee": "7059000.00"}
LATITUDE, LONGITUDE = METROPOLE.situer(704_000.0, 7_059_000.0)


@pytest.fixture(params=["1000", "2110", None], ids=["personne", "sans personnalité", "inconnue"])
def perime(univers: Univers, request: pytest.FixtureRequest) -> str:
    """Two companies and a person at one place, the person masked by an import that the index does not have yet. Who is
    not known to be a legal person is a natural one."""
    for n in (1, 2):
        univers.entreprise(f"ATELIER {n}", LIEU)
    siren = univers.personne("MARIVAULT", "ELODIE", LIEU)
    univers.indexer()
    univers.unites[-1] |= {"statut_diffusion": "P", "categorie_juridique": request.param}
    univers.charger()
    return siren


def v1(client: Client, **demande: str) -> dict[str, Any]:
    reponse = client.get("/api/v1/recherche", {"facettes": "toutes", **demande})
    assert reponse.status_code == 200, reponse.content
    return dict(reponse.json())


@pytest.mark.parametrize("vue", ["entreprises", "etablissements"])
@pytest.mark.parametrize("curseur", [{}, {"curseur": "*"}], ids=["page", "curseur"])
def test_the_api_counts_without_the_person(client: Client, perime: str, vue: str, curseur: dict[str, str]) -> None:
    nommee = v1(client, q="marivault elodie", vue=vue, **curseur)
    assert (nommee["total"], nommee["pages"], nommee["resultats"], nommee["facettes"]) == (0, 0, [], {})
    assert nommee["compris"] is None
    alentour = v1(client, departement="59", vue=vue, **curseur)
    assert (alentour["total"], len(alentour["resultats"]), alentour["facettes"]) == (2, 2, {})


def test_the_contract_of_another_api_counts_without_the_person(client: Client, perime: str) -> None:
    adresse = "/api/recherche-entreprises"
    assert client.get(f"{adresse}/search?q=marivault+elodie").json()["total_results"] == 0
    assert client.get(f"{adresse}/search?departement=59").json()["total_results"] == 2
    for par_page in (1, 25):
        autour = {"lat": f"{LATITUDE:.7f}", "long": f"{LONGITUDE:.7f}", "per_page": str(par_page)}
        assert client.get(f"{adresse}/near_point", autour).json()["total_results"] == 2


@pytest.mark.parametrize("demande", ["q=marivault+elodie", "departement=59"])
def test_the_page_and_its_column_count_without_the_person(client: Client, perime: str, demande: str) -> None:
    adresse = f"{demande}&vue=entreprises"
    for chemin in ("recherche", "recherche/filtres"):
        html = client.get(f"/{chemin}?{adresse}").content.decode()
        assert "fce-choix__nombre" not in html, chemin
    trouves = recherches.rechercher(Requete.depuis(QueryDict(demande)), panneau.comptes_montres())
    assert (trouves.total, trouves.facettes) == (0 if "q=" in demande else 2, {})
    assert trouves.compris is None


def test_the_suggestions_name_nobody_by_a_name_or_the_beginning_of_a_number(perime: str) -> None:
    for texte in ("marivault", f"{perime}000"):
        lignes = [p for groupe in suggestions.suggerer(texte, "/recherche") for p in groupe.propositions]
        assert not any(perime in p.adresse or "masquée" in p.titre for p in lignes), texte
    (elle,) = recherches.suggerer(perime)
    assert elle.siren == perime


def test_the_same_numbers_are_given_while_the_index_is_current(client: Client, univers: Univers) -> None:
    univers.personne("MARIVAULT", "ELODIE", LIEU)
    univers.indexer()
    lue = v1(client, q="marivault elodie")
    assert (lue["total"], len(lue["resultats"])) == (1, 1)
    assert lue["facettes"]["departement"][0]["nombre"] == 1
