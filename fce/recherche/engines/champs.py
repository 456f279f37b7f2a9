"""Fields of the documents, and how an engine indexes them.

Apart from what fills them (``documents``), because indexing processes import this before Django is set up.
"""

from enum import Enum
from typing import Any, Final, Literal

Document = dict[str, Any]
Etat = Literal["actif", "cesse"]


class Indexation(Enum):
    """How an engine must index a field."""

    MOTS = "analysed words, each once: worth their rarity, and more in a short text"
    CODE = "exact text"
    CODES = "exact texts separated by spaces"
    CODE_TRI = "exact text; documents are also sorted by its first value"
    CODE_COMPTE = "exact texts that can be counted (facets)"
    ENTIER = "integer to sort, weigh or compare"
    NUMERO = "integer to look up, fetch and sort"
    GARDE = "texts given back with the document, never searched"
    LIGNE = "bytes given back with the document: what a result shows (``lignes``)"


ENTRE_LES_TEXTES: Final = "\0"
"""Separator of texts gathered as one, ten times faster than lists; PostgreSQL texts never contain it."""

CHAMPS: dict[str, Indexation] = {
    "siren": Indexation.NUMERO,
    "siret": Indexation.NUMERO,
    "nom": Indexation.MOTS,
    "enseigne": Indexation.MOTS,
    "mots": Indexation.MOTS,
    "commune": Indexation.MOTS,
    "lieux": Indexation.CODES,
    "exact": Indexation.CODE_TRI,
    "noyau": Indexation.CODE,
    "codes": Indexation.CODE_COMPTE,
    "filtres": Indexation.CODES,
    "faits": Indexation.CODE_COMPTE,
    "personnes": Indexation.CODES,
    "mentions": Indexation.GARDE,
    "rang": Indexation.ENTIER,
    "effectif": Indexation.ENTIER,
    "creation": Indexation.ENTIER,
    "rang_commune": Indexation.ENTIER,
    "ligne": Indexation.LIGNE,
    "carreau": Indexation.ENTIER,
}

SUFFIXE_NUMERO = "_"
"""Suffix of a street number among an establishment's words, since « 35 » is also a département."""
SUFFIXE_ENSEIGNE = ":e"
"""Suffix of the key of an enseigne in ``exact``, which weighs less than a name."""
