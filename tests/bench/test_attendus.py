"""Right answers of the side-by-side bench: whatever nothing in the question tells from the one expected."""

from typing import Any

import pytest

from bench.national.lectures import Exemple
from bench.paires.attendus import attendus
from tests.donnees.entreprises import fabrique as f

pytestmark = pytest.mark.django_db
A, HOMONYME, CESSEE, AUTRE = map(f.siren_no, range(1, 5))
LIEU: dict[str, Any] = {"numero_voie": "12", "type_voie": "RUE", "libelle_voie": "DU LAC", "libelle_commune": "ANNECY"}
EXEMPLE = Exemple(A, f.siret_no(A), "ATELIER DU LAC", "12 RUE DU LAC", "ANNECY", "74", "62.01Z", "JULIE MARTIN")


@pytest.fixture(autouse=True)
def registre() -> None:
    f.unites(
        f.unite(A, denomination="ATELIER DU LAC"),
        f.unite(HOMONYME, denomination="ATELIER DU LAC"),
        f.unite(CESSEE, denomination="ATELIER DU LAC", etat_administratif="C"),
        f.unite(AUTRE, denomination="GARAGE"),
    )
    f.lieux(f.lieu(A, **LIEU), f.lieu(HOMONYME, **{**LIEU, "libelle_commune": "LYON"}), f.lieu(AUTRE, **LIEU))
    f.charger(
        "rne-dirigeants",
        [
            {"siren": A, "rang": 1, "nom": "MARTIN", "prenoms": "JULIE ANNE"},
            {"siren": AUTRE, "rang": 1, "nom": "MARTIN", "prenoms": "JULIE"},
            {"siren": HOMONYME, "rang": 1, "nom": "MARTIN", "prenoms": "PAUL"},
        ],
    )


@pytest.mark.parametrize(
    ("classe", "justes"),
    [
        ("nom exact", {A, HOMONYME}),
        ("une faute", {A, HOMONYME}),
        ("nom et commune", {A}),
        ("dirigeant, texte", {A, AUTRE}),
        ("adresse", {A, AUTRE}),
    ],
)
def test_a_homonym_a_neighbour_and_another_company_of_the_director_are_right(classe: str, justes: set[str]) -> None:
    (trouvees,) = attendus([EXEMPLE])[classe]
    assert trouvees == justes
