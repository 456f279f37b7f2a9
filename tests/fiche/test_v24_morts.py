"""V24: the alarm and the note of one reader count the deaths at work of a company by one function."""

from __future__ import annotations

import pytest

from fce.sources.catalogue.dati.accidents import regles
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import texte_du_corps
from tests.recherche.univers import Univers

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
BREST = {"code_commune": "29019", "libelle_commune": "BREST", "code_postal": "29200"}
MORTS = (1, 1, 0, 1, 1)
"""Of each establishment: the first three are in the Nord, the others are not."""


@pytest.fixture
def siren() -> str:
    univers = Univers()
    siren = univers.entreprise("FONDERIE DU NORD")
    for n, mortels in enumerate(MORTS, start=1):
        if n > 1:
            univers.etablissement(siren, n, **(BREST if n > 3 else {}))
        univers.fait("accidents-travail", siret=f.siret_no(siren, n), total=9, mortels=mortels, avec_arret=8)
    univers.charger()
    return siren


@pytest.mark.parametrize("ou", [("59",), ("FR",)])
def test_v24_the_alarm_says_the_deaths_of_the_company_as_the_note_does(siren: str, ou: tuple[str, ...]) -> None:
    for adresse in (f"/entreprise/{siren}", f"/entreprise/{siren}/emploi", f"/entreprise/{siren}/note"):
        texte = texte_du_corps(habilite("inspection-travail", ou).client, adresse)
        assert "4 morts au travail" in texte, adresse
        assert "1 mort au travail" not in texte, adresse
    assert "LILLE" in texte
    assert "dont 4 mortels" in texte or ou == ("FR",)


@pytest.mark.parametrize("ou", [("59",), ("FR",)])
@pytest.mark.parametrize("n", [1, 3])
def test_v24_an_establishment_inherits_the_count_of_its_company(siren: str, n: int, ou: tuple[str, ...]) -> None:
    texte = texte_du_corps(habilite("inspection-travail", ou).client, f"/etablissement/{f.siret_no(siren, n)}")
    assert "Entreprise : 4 morts au travail" in texte
    assert "Entreprise : 1 mort" not in texte
    assert ("1 mort au travail" in texte) is (n == 1)


def test_v24_one_function_counts() -> None:
    lignes = [{"siret": str(n), "mortels": n, "total": 9, "avec_arret": 1, "sans_arret": 1} for n in range(4)]
    assert regles.nombre_de_morts(lignes) == 6
    assert (regles.deces(lignes, None) or "").startswith("6 morts")  # type: ignore[arg-type]
    assert dict(regles.detail(lignes, None))["Mortels"] == "6"  # type: ignore[arg-type]
    assert next(fait.phrase for fait in regles.morts(lignes, None)) == "3 morts au travail"  # type: ignore[arg-type]
