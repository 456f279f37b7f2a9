"""A name as people write it is the company's; a name of somebody else is not."""

import pytest
from hypothesis import given, strategies as st

from fce.ensembles.rapprochement.decision import SEUIL
from fce.ensembles.rapprochement.noms import lire_nom, ressemblance

SARL, SCI = frozenset({"sarl", "eurl"}), frozenset({"sci"})


@pytest.mark.parametrize(
    ("saisi", "ecrit"),
    [
        ("Dupont Bois", "SARL DUPONT BOIS"),
        ("bois dupont sarl", "DUPONT BOIS"),
        ("STE GENERALE DE TRAVAUX", "SOCIETE GENERALE DE TRAVAUX"),
        ("Ets Martin & Fils", "ETABLISSEMENTS MARTIN ET FILS"),
        ("l’oréal", "L'OREAL"),
        ("Menuiserie Lefevbre", "MENUISERIE LEFEBVRE"),
        ("S.N.C.F.", "SNCF"),
        ("COMMUNAUTE DE COMMUNES DE LA V", "COMMUNAUTE DE COMMUNES DE LA VALLEE VERTE"),
        ("BOULANGERIEDU MOULIN", "BOULANGERIE DU MOULIN"),
        ("Assoc. L'envolée", "L'ENVOLEE"),
        ("société civile du vieux puits", "VIEUX PUITS"),
        ("Soc. civile immo la source du moulin", "SCI LA SOURCE DU MOULIN"),
        ("S.A.R.L. I.D.V.", "IDV"),
        ("Ctre de beauté Claire", "CENTRE DE BEAUTE CLAIRE"),
        ("Dupont immo", "DUPONT IMMOBILIERE"),
        ("Durand Entr.", "DURAND"),
        ("EURL AUTOMARTIN", "AUTO MARTIN"),
        ("Le pont vert", "SCI LEPONT VERT"),
        ("Belllec", "BELEC"),
    ],
)
def test_a_name_as_people_write_it_may_be_decided(saisi: str, ecrit: str) -> None:
    assert ressemblance(lire_nom(saisi), lire_nom(ecrit)) >= SEUIL


@pytest.mark.parametrize(
    ("saisi", "ecrit"),
    [
        ("ANGELS 2", "ANGELS 3"),
        ("SNC KANEL 125", "SNC KANEL 145"),
        ("CREDIT AGRICOLE", "CREDIT AGRICOLE ALPES PROVENCE"),
        ("GARAGE DURAND", "GARAGE MARTIN"),
        ("COOPERATIVE DES ARTISANS MACONS DU LITTORAL NORD", "COOPERATIVE DES ARTISANS MACONS DU LITTORAL"),
        ("DALI", "DALY"),
        ("", "DALY"),
        ("!!!", "DALY"),
    ],
)
def test_another_name_is_never_decided(saisi: str, ecrit: str) -> None:
    assert ressemblance(lire_nom(saisi), lire_nom(ecrit)) < SEUIL


def test_a_legal_form_tells_two_companies_of_one_name_apart() -> None:
    saisi = lire_nom("SARL DUPONT")
    la_societe = ressemblance(saisi, lire_nom("DUPONT"), SARL)
    assert la_societe > ressemblance(saisi, lire_nom("DUPONT"), SCI)
    assert la_societe > ressemblance(saisi, lire_nom("SCI DUPONT"), SCI)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_have_a_likeness_and_a_text_is_itself(a: str, b: str) -> None:
    assert 0 <= ressemblance(lire_nom(a), lire_nom(b)) <= 1
    if lire_nom(a).cle:
        assert ressemblance(lire_nom(a), lire_nom(a)) == 1
