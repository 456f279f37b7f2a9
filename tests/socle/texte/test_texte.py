import datetime as dt
import unicodedata

import pytest
from hypothesis import given, strategies as st

from fce.socle.texte import formats
from fce.socle.texte.pliage import mots, normaliser_requete, plier


@pytest.mark.parametrize(
    ("texte", "plie"),
    [
        ("L'Été à Besançon", "l ete a besancon"),
        ("CŒUR & FILS", "coeur fils"),
        ("S.N.C.F.", "sncf"),
        ("S. N. C. F. MOBILITES", "sncf mobilites"),
        ("SNCF", "sncf"),
        ("E.T.G. conseil", "etg conseil"),
        ("Saint-Étienne", "saint etienne"),
        ("３Ｍ", "3m"),
        ("fin. Début", "fin debut"),
    ],
)
def test_folding(texte, plie):
    assert plier(unicodedata.normalize("NFKC", texte)) == plie


@given(st.text())
def test_folding_is_stable_and_ignores_the_unicode_form(texte):
    assert plier(plier(texte)) == plier(texte)
    assert all(m.isascii() and m.isalnum() for m in mots(texte))


@given(
    st.text(
        alphabet=st.characters(categories=["L", "M", "N", "P", "Z", "C", "S"], include_characters="\x00\ud800"),
        max_size=600,
    )
)
def test_a_query_is_one_short_safe_line(texte):
    requete = normaliser_requete(texte)
    assert len(requete) <= 256
    assert not any(unicodedata.category(c)[0] == "C" for c in requete)
    requete.encode("utf-8")


def test_accents_do_not_change_a_query():
    assert (
        len(
            {
                plier(normaliser_requete(q))
                for q in ["école", "ECOLE", unicodedata.normalize("NFD", "école"), "ｅｃｏｌｅ"]
            }
        )
        == 1
    )


def test_french_numbers_and_dates():
    assert formats.nombre(1234.5) == "1\u202f234,5"
    assert formats.nombre(1234567) == "1\u202f234\u202f567"
    assert formats.nombre(None) == ""
    assert formats.jour(dt.date(2026, 3, 1)) == "01/03/2026"
    assert formats.pluriel(1, "résultat") == "1 résultat"
    assert formats.pluriel(1200, "résultat") == "1\u202f200 résultats"
