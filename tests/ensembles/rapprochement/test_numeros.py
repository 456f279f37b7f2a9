"""Numbers pasted by somebody: whatever the text, each one is read whole or given back with its fault."""

from hypothesis import given, strategies as st

from fce.ensembles.rapprochement.numeros import lire_colles, lire_numero
from fce.socle.texte.identifiants import formater_siren, formater_siret, siren_valide, tva_intracommunautaire
from tests.donnees.entreprises.fabrique import siren_no, siret_no

SIRENS = st.integers(1, 9_000).map(siren_no)
SIRETS = st.builds(siret_no, SIRENS, st.integers(1, 99))
NUMEROS = st.one_of(SIRENS, SIRETS)
ENTRE = ["\n", "\r\n", ",", ";\n", "\t", " ; "]


def _formater(numero: str) -> str:
    return formater_siren(numero) if len(numero) == 9 else formater_siret(numero)


@given(st.lists(st.tuples(NUMEROS, st.booleans()), max_size=12), st.sampled_from(ENTRE))
def test_numbers_are_read_back_in_order_whatever_stands_between(tires: list[tuple[str, bool]], entre: str) -> None:
    texte = entre.join(_formater(n) if espace else n for n, espace in tires)
    assert [lu.numero for lu in lire_colles(texte)] == [n for n, _ in tires]


@given(st.lists(SIRETS, min_size=2, max_size=6))
def test_numbers_with_spaces_inside_and_between_are_told_apart(sirets: list[str]) -> None:
    assert [lu.numero for lu in lire_colles(" ".join(map(formater_siret, sirets)))] == sirets


@given(SIRENS)
def test_a_label_a_vat_number_and_a_lost_zero_give_the_number(siren: str) -> None:
    assert lire_numero(f"SIREN : {formater_siren(siren)}").numero == siren
    assert lire_numero(tva_intracommunautaire(siren)).numero == siren


@given(st.integers(1, 9_000_000))
def test_a_number_that_lost_its_first_zero_is_whole_again(n: int) -> None:
    siren = next(s for s in (f"0{n:07d}{cle}" for cle in "0123456789") if siren_valide(s))
    if siren[1] != "0":
        assert lire_numero(siren[1:]).numero == siren
        assert lire_numero(siret_no(siren)[1:]).numero == siret_no(siren)


@given(st.text(max_size=120))
def test_no_text_fails_and_each_line_answers(texte: str) -> None:
    lus = lire_colles(texte)
    assert all(bool(lu.numero) is not bool(lu.faute) for lu in lus)
    assert len(lus) >= sum(bool(ligne.strip(" ,;|\t")) for ligne in texte.splitlines() if ligne.strip())


def test_what_a_spreadsheet_has_rounded_is_said() -> None:
    assert "arrondi" in lire_numero("5,52032534E+13").faute
    assert "clé" in lire_numero("552 032 535").faute
    assert "8 chiffres" in lire_numero("12345678").faute
