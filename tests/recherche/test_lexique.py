"""The vocabulary of an index: one fingerprint of a word, whether it is worked out alone or among thousands, and one
count, whether it is read in the dictionaries or kept along the documents."""

from pathlib import Path

import numpy as np
from hypothesis import given, strategies as st

from fce.recherche.engines.colonnes import en_colonnes
from fce.recherche.engines.port import GENRES
from fce.recherche.engines.tantivy.lexique import empreinte, empreintes
from fce.recherche.engines.tantivy.redaction import RedacteurDeRetouche, RedacteurTantivy
from fce.recherche.engines.vocabulaire import LONGUEUR_MAX

MOTS = st.text(max_size=LONGUEUR_MAX).filter(lambda mot: len(mot.encode()) <= LONGUEUR_MAX)
DOCUMENTS = {
    "entreprises": (
        {"siren": 1, "nom": "atelier marivault", "commune": "lille", "personnes": "elodie quersin elodie_quersin"},
        {"siren": 2, "nom": "atelier quersin", "enseigne": "atelier neuf"},
        {"siren": 3, "nom": ""},
    ),
    "etablissements": ({"siren": 1, "siret": 10, "mots": "12 12_ rue neuve atelier marivault"},),
}


@given(st.lists(MOTS, min_size=1))
def test_a_word_has_the_same_fingerprint_alone_and_among_others(mots: list[str]) -> None:
    assert [empreinte(mot) for mot in mots] == empreintes([mot.encode() for mot in mots]).tolist()


def test_the_words_of_an_amendment_are_counted_as_those_of_a_whole_build(tmp_path: Path) -> None:
    ecrits = []
    for genre_de_redacteur in (RedacteurTantivy, RedacteurDeRetouche):
        version = tmp_path / genre_de_redacteur.__name__
        version.mkdir()
        redacteur = RedacteurTantivy(version, 0)
        if genre_de_redacteur is RedacteurDeRetouche:
            redacteur.terminer()
            redacteur = RedacteurDeRetouche(version, 0)  # type: ignore[assignment]
        for genre in GENRES:
            redacteur.ajouter(genre, "actif", en_colonnes(*DOCUMENTS[genre]))
        redacteur.terminer()
        ecrits.append(np.load(version / "lexique-partie-0.npy").tolist())
    bati, retouche = ecrits
    assert bati == retouche
    # In the name of two, in an enseigne, in the words of an establishment.
    assert (empreinte("atelier"), 4) in bati
