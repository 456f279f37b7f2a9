"""Words: what makes no difference between a name and the way it is typed."""

import pytest
from hypothesis import given, strategies as st

from fce.recherche.engines.analyse import (
    MOTS_MAX,
    cle,
    mots_d_une_personne,
    mots_de_requete,
    mots_utiles,
    noyau,
    paires,
    racine,
    racines,
)
from fce.recherche.engines.codes import avec_equivalents, mots_de_voie
from fce.recherche.engines.voies import TYPES_VOIE


@pytest.mark.parametrize(
    ("texte", "attendues"),
    [
        ("L'Oréal", ["oreal", "loreal"]), ("S N C F", ["sncf"]), ("S.N.C.F.", ["sncf"]),
        ("SARL D'ARMOR", ["sarl", "armor", "darmor"]),
        ("S A R L D ARMOR", ["sarl", "armor", "darmor"]), ("Travaux", ["traval"]), ("BATEAUX", ["bateau"]),
        ("GAZ", ["gaz"]),
        ("Saint-Étienne", ["st", "etienne"]), ("3 SUISSES", ["3", "suisse"]), ("", []), ("%_*", []),
        ("A 4", ["a", "4"]),
    ],
)  # fmt: skip
def test_roots(texte: str, attendues: list[str]) -> None:
    assert racines(texte) == attendues


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("L'ORÉAL", "loreal"), ("S.N.C.F", "SNCF"), ("MARTIN & FILS", "martin et fils"), ("BIO COOP", "biocoop"),
        ("ŒUVRES", "oeuvres"), ("ＳＮＣＦ", "sncf"), ("MARTIN", "martin et"),  # … fils, being typed
    ],
)  # fmt: skip
def test_exact_names_ignore_the_way_they_are_written(a: str, b: str) -> None:
    assert cle(a) == cle(b) != ""


def test_an_et_after_an_article_joins_nothing_and_is_a_word_of_the_name() -> None:
    assert cle("LES ET FRANCE") != cle("LES FRANCE")
    assert cle("BIENVENUE CHEZ ET CIE") != cle("BIENVENUE CHEZ CIE")
    assert cle("A & B SERVICES") == cle("A ET B SERVICES")  # a letter is an initial as much as an article
    assert cle("MARTIN ET ET FILS") == cle("MARTIN ET FILS")


@pytest.mark.parametrize("nom", ["ET PEINTURE", "E.T. PEINTURE", "ET"])
def test_initials_that_come_first_are_a_word_of_the_name(nom: str) -> None:
    assert cle(nom).startswith("et")


@pytest.mark.parametrize(
    ("a", "b"),
    [("SARL DUPONT BOIS", "bois dupont"), ("LES JARDINS DE LA MER", "jardin mer"), ("SCI", "sci"), ("ET", "et")],
)
def test_the_core_of_a_name_ignores_order_plural_articles_and_legal_form(a: str, b: str) -> None:
    assert noyau(a) == noyau(b) != ""


def test_legal_forms_are_optional_and_numbers_suffer_no_typo() -> None:
    sarl, dupont, numero = mots_de_requete("SARL Dupont 2024")
    assert (sarl.facultatif, dupont.facultatif) == (True, False)
    assert (dupont.tolere_une_faute, numero.tolere_une_faute) == (True, False)


@given(st.text(max_size=400))
def test_any_text_gives_words_that_the_index_can_hold(texte: str) -> None:
    mots = mots_de_requete(texte)
    assert len(mots) <= MOTS_MAX
    for mot in mots:
        assert all(forme and forme.isascii() and forme.isalnum() for forme in mot.formes)
    assert all(r.isascii() and r.isalnum() for r in racines(texte))
    assert " " not in cle(texte)


@given(st.text(max_size=60))
def test_a_text_always_finds_itself(texte: str) -> None:
    # Whatever is indexed, the same text typed asks for words that are all there.
    indexees = set(racines(texte))
    for mot in mots_de_requete(texte):
        assert indexees.intersection(mot.formes)


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_a_root_is_its_own_root(mot: str) -> None:
    assert racine(mot)
    assert racine(mot) == racine(mot + "s") or mot[-1] in "sxu" or len(mot) <= 3


MORCEAUX = st.lists(
    st.sampled_from(["DUPONT", "D", "L", "'", "-", " ", ".", "S", "QU", "ÉTÉ", "ARMOR", "DE", "LA", "8", "STE", "ŒUF"]),
    min_size=1,
    max_size=6,
).map("".join)


@given(st.lists(MORCEAUX, min_size=1, max_size=2), MORCEAUX)
def test_the_words_of_a_person_are_those_of_the_names_taken_together(noms: list[str], prenoms: str) -> None:
    mots, usuels = mots_d_une_personne(noms, prenoms)
    assert mots == [*dict.fromkeys(mots_utiles(" ".join([*noms, prenoms])))]
    # Called by one of these names and by the first of the first names, and by nothing else.
    premiers = mots_utiles(prenoms)[:1]
    attendus = {"=" + p for nom in mots_utiles(" ".join(noms)) for premier in premiers for p in paires((nom, premier))}
    assert set(usuels) == {code for code in attendus if len(set(code[1:].split("_"))) == 2}
    assert mots_d_une_personne(noms, None) == ([*dict.fromkeys(mots_utiles(" ".join(noms)))], [])


@given(st.sampled_from([*TYPES_VOIE, "R", "L", "S.A", "ZZ"]), MORCEAUX)
def test_the_words_of_a_street_are_those_of_its_two_ways_of_being_written(type_voie: str, libelle: str) -> None:
    textes = (f"{type_voie} {libelle}", TYPES_VOIE.get(type_voie, ""), libelle)
    ecrits = [*dict.fromkeys(mot for texte in textes for mot in racines(texte))]
    lus = mots_de_voie(type_voie, libelle)
    assert list(lus[: len(ecrits)]) == ecrits
    # … and those that may be typed instead, of which no word of the street is left without.
    assert set(lus) == set(avec_equivalents(ecrits))
