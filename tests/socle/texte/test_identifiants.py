import ast
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from stdnum import luhn

import fce
from fce.socle.texte.identifiants import (
    compacter,
    formater_siren,
    formater_siret,
    reconnaitre,
    siren_valide,
    siret_valide,
    tva_intracommunautaire,
)


@pytest.mark.parametrize(
    "ecriture",
    [
        "552032534", "552 032 534", "552\u00a0032\u202f534", "552.032.534", "552-032-534", "SIREN 552032534",
        "n° 552032534", "Siren : 552 032 534", "５５２０３２５３４", " 552032534 ", "N°SIREN 552032534",
    ],
)  # fmt: skip
def test_a_siren_is_recognised_however_it_is_written(ecriture):
    trouve = reconnaitre(ecriture)
    assert trouve is not None
    assert (trouve.genre, trouve.valeur, trouve.valide) == ("siren", "552032534", True)


def test_a_vat_number_gives_the_siren():
    assert tva_intracommunautaire("552032534") == "FR27552032534"
    trouve = reconnaitre("FR 27 552 032 534")
    assert trouve is not None
    assert (trouve.genre, trouve.valide, trouve.siren) == ("tva", True, "552032534")
    faux = reconnaitre("FR28552032534")
    assert faux is not None
    assert not faux.valide


def test_a_wrong_check_digit_is_recognised_as_an_invalid_number():
    trouve = reconnaitre("552032535")
    assert trouve is not None
    assert trouve.genre == "siren"
    assert not trouve.valide


def test_la_poste_follows_either_rule():
    assert siret_valide("35600000000048")
    assert siret_valide("35600000049837")
    assert not siret_valide("35600000000000")


@pytest.mark.parametrize("texte", ["", "boulangerie", "59000", "12345678", "٣" * 9, "1" * 5000, "W12", "FR", "n°"])
def test_any_other_text_is_not_a_number(texte):
    assert reconnaitre(texte) is None


def test_nine_zeros_are_no_siren():
    assert not siren_valide("000000000")


def test_an_association_number_is_recognised():
    trouve = reconnaitre("w 751 000 001")
    assert trouve is not None
    assert (trouve.genre, trouve.valeur, trouve.siren) == ("rna", "W751000001", None)


def test_numbers_are_written_in_groups():
    assert formater_siren("552032534") == "552 032 534"
    assert formater_siret("55203253400646") == "552 032 534 00646"


@given(st.integers(0, 10**8 - 1))
def test_exactly_one_last_digit_makes_a_siren(debut):
    valides = [c for c in "0123456789" if siren_valide(f"{debut:08d}{c}")]
    assert len(valides) == (1 if debut else 0)
    assert all(luhn.is_valid(f"{debut:08d}{c}") for c in valides)


@given(st.text())
def test_no_text_ever_breaks_the_recogniser(texte):
    reconnaitre(texte)
    compacter(texte)


def _compte_des_chiffres(noeud: ast.AST) -> bool:
    """``len(…) == 9`` or ``!= 14``, either way round."""
    if not isinstance(noeud, ast.Compare) or not isinstance(noeud.ops[0], ast.Eq | ast.NotEq):
        return False
    membres = (noeud.left, *noeud.comparators)
    longueur = any(isinstance(m, ast.Call) and getattr(m.func, "id", "") == "len" for m in membres)
    return longueur and any(isinstance(m, ast.Constant) and m.value in (9, 14) for m in membres)


def test_the_kind_of_a_number_is_told_in_one_place():
    """``est_siren`` and ``est_siret`` tell a company from an establishment: nobody else counts digits."""
    racine = Path(fce.__file__).parent
    fautes = [
        f"{chemin.relative_to(racine)}:{noeud.lineno}"
        for chemin in racine.rglob("*.py")
        if chemin != racine / "socle" / "texte" / "identifiants.py"
        for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8")))
        if _compte_des_chiffres(noeud)
    ]
    assert fautes == []
