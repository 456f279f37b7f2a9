"""Around a point: the nearest first, with the filters of the search, and nobody masked."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.test import Client

from fce.referentiels.projections import METROPOLE
from tests.recherche.univers import BREST, LYON, Univers

pytestmark = pytest.mark.django_db
X, Y = 704_000.0, 7_059_000.0
LATITUDE, LONGITUDE = METROPOLE.situer(X, Y)
DISTANCES = (40, 90, 260, 700, 1_900, 4_100, 4_900, 5_300, 30_000)


def a(distance: float, angle: float = 0.7) -> dict[str, str]:
    """Coordinates at a distance from the point."""
    return {
        "coordonnee_lambert_abscisse": f"{X + distance * math.cos(angle):.2f}",
        "coordonnee_lambert_ordonnee": f"{Y + distance * math.sin(angle):.2f}",
    }


@pytest.fixture
def alentour(db: None) -> list[str]:
    """Companies by distance."""
    univers = Univers()
    sirens = [
        univers.entreprise(f"ATELIER {rang}", a(distance, rang), activite_principale="56.10A" if rang % 2 else "62.01Z",
                           nomenclature_activite_principale="NAFRev2")
        for rang, distance in enumerate(DISTANCES)
    ]  # fmt: skip
    # Far away, with a shop next to the point: found by it.
    loin = univers.entreprise("GRAND MAGASIN", {**LYON, **a(400_000)})
    univers.etablissement(loin, 2, **a(20), code_postal="59800")
    univers.etablissement(loin, 3, **a(10), etat_administratif="F")
    univers.personne("SECRETE", "MARIE", a(5), statut_diffusion="P")
    univers.entreprise("DISCRETE SA", a(6), statut_diffusion="P")
    univers.entreprise("ATELIER FERME", a(7), etat_administratif="C")
    univers.entreprise("SANS LIEU", BREST)
    univers.indexer()
    return [loin, *sirens]


def autour(client: Client, **params: object) -> dict[str, Any]:
    reponse = client.get(
        "/api/recherche-entreprises/near_point",
        {"lat": f"{LATITUDE:.7f}", "long": f"{LONGITUDE:.7f}", **{k: str(v) for k, v in params.items()}},
    )
    assert reponse.status_code == 200, reponse.content
    return dict(reponse.json())


def sirens(lue: dict[str, Any]) -> list[str]:
    return [x["siren"] for x in lue["results"]]


def test_the_nearest_come_first_within_the_radius(client: Client, alentour: list[str]) -> None:
    lue = autour(client)
    assert sirens(lue) == alentour[:8]
    assert (lue["total_results"], lue["total_pages"]) == (8, 1)
    assert sirens(autour(client, radius=0.1)) == alentour[:3]
    assert sirens(autour(client, radius=50)) == [s for s in alentour if s]
    assert sirens(autour(client, radius=0.001)) == []


def test_pages_follow_each_other_and_the_total_does_not_change(client: Client, alentour: list[str]) -> None:
    pages = [autour(client, per_page=3, page=n) for n in (1, 2, 3, 4)]
    assert [s for page in pages for s in sirens(page)] == alentour[:8]
    assert {page["total_results"] for page in pages} == {8}


def test_the_establishments_around_are_told_by_distance_with_their_place(client: Client, alentour: list[str]) -> None:
    premiere = autour(client)["results"][0]
    (lieu,) = premiere["matching_etablissements"]
    assert (lieu["code_postal"], lieu["est_siege"]) == ("59800", False)
    assert float(lieu["latitude"]) == pytest.approx(LATITUDE, abs=0.001)
    assert float(lieu["longitude"]) == pytest.approx(LONGITUDE, abs=0.001)


def test_every_filter_holds(client: Client, alentour: list[str]) -> None:
    ateliers = alentour[1:]
    assert sirens(autour(client, activite_principale="56.10A")) == [s for n, s in enumerate(ateliers[:7]) if n % 2]
    assert sirens(autour(client, section_activite_principale="J")) == [
        s for n, s in enumerate(ateliers[:7]) if not n % 2
    ]
    assert sirens(autour(client, code_postal="59800")) == [alentour[0]]
    assert autour(client, code_postal="59800")["total_results"] == 1
    assert sirens(autour(client, departement="69")) == []  # its siège is in Lyon, its shop is not
    assert autour(client, est_rge="true")["total_results"] == 0


def test_elsewhere_nothing_answers(client: Client, alentour: list[str]) -> None:
    reponse = client.get("/api/recherche-entreprises/near_point?lat=0&long=0")
    assert reponse.json() == {"results": [], "total_results": 0, "page": 1, "per_page": 10, "total_pages": 0}
