"""MSG-04: a number of the register of people is refused; what may tell who somebody is asks to be confirmed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from stdnum.fr import nir

from fce.echanges.erreurs import TexteAConfirmer, TexteRefuse
from fce.echanges.interactions.textes import contient_nir, signes_de_personne, verifier_textes

DEBUTS = st.builds(
    lambda sexe, an, mois, dep, commune, ordre: f"{sexe}{an:02}{mois:02}{dep}{commune:03}{ordre:03}",
    st.sampled_from("12"),
    st.integers(0, 99),
    st.integers(1, 12),
    st.one_of(st.integers(1, 95).map("{:02}".format), st.sampled_from(["2A", "2B"])),
    st.integers(1, 999),
    st.integers(1, 999),
)
AUTOUR = st.text(st.sampled_from("abc éà.,;:()\n"), max_size=20)


@given(DEBUTS, st.lists(st.sampled_from(["", " ", ".", "-", "\u00a0", "  "]), min_size=14, max_size=14), AUTOUR, AUTOUR)
def test_a_nir_is_found_however_it_is_written(debut: str, entre: list[str], avant: str, apres: str) -> None:
    numero = debut + nir.calc_check_digits(debut)
    ecrit = "".join(signe + blanc for signe, blanc in zip(numero, [*entre, ""], strict=True))
    assert contient_nir(f"{avant} {ecrit} {apres}")


@given(DEBUTS, st.integers(1, 96))
def test_fifteen_digits_without_the_key_are_none(debut: str, ecart: int) -> None:
    cle = int(nir.calc_check_digits(debut))
    assert not contient_nir(f"n° {debut}{(cle - 1 + ecart) % 97 + 1:02}")


@pytest.mark.parametrize(
    "texte",
    ["SIRET 552 032 534 00646", "le 12/03/2026 à 14 h", "FR76 3000 6000 0112 3456 7890 189", "", "1 234 567,50 €"],
)
def test_other_numbers_are_left_alone(texte: str) -> None:
    assert not contient_nir(texte)
    assert signes_de_personne(texte) == []


@pytest.mark.parametrize(
    ("texte", "signe"),
    [
        ("écrire à jean.dupont@exemple.fr", "une adresse électronique"),
        ("joindre le 06 12 34 56 78", "un numéro de téléphone"),
        ("joindre le +33 6.12.34.56.78", "un numéro de téléphone"),
        ("joindre le 0612345678", "un numéro de téléphone"),
        ("suite à la plainte de la salariée", "l’auteur d’une plainte"),
        ("Plainte d’un voisin", "l’auteur d’une plainte"),
        ("le plaignant dit", "l’auteur d’une plainte"),
    ],
)
def test_what_may_tell_who_somebody_is_asks_to_be_confirmed(texte: str, signe: str) -> None:
    assert signes_de_personne(texte) == [signe]
    with pytest.raises(TexteAConfirmer, match=signe):
        verifier_textes(["", texte], confirme=False)
    verifier_textes([texte], confirme=True)


def test_confirming_does_not_open_the_door_to_a_nir() -> None:
    with pytest.raises(TexteRefuse):
        verifier_textes(["295109912611193"], confirme=True)
