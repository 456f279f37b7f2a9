"""The vocabulary of an index: one fingerprint of a word, whether it is worked out alone or among thousands."""

from hypothesis import given
from hypothesis import strategies as st

from fce.recherche.engines.tantivy.lexique import empreinte, empreintes
from fce.recherche.engines.vocabulaire import LONGUEUR_MAX

MOTS = st.text(max_size=LONGUEUR_MAX).filter(lambda mot: len(mot.encode()) <= LONGUEUR_MAX)


@given(st.lists(MOTS, min_size=1))
def test_a_word_has_the_same_fingerprint_alone_and_among_others(mots: list[str]) -> None:
    assert [empreinte(mot) for mot in mots] == empreintes([mot.encode() for mot in mots]).tolist()
