"""Fields of the documents, and how an engine must index them.

Apart from what fills them (``document``): an indexing process reads this before Django knows its applications.
"""

from enum import Enum
from typing import Any, Literal

Document = dict[str, Any]
Etat = Literal["actif", "cesse"]


class Champ(Enum):
    """How an engine must index a field."""

    MOTS = "analysed words, with their frequency"
    MOTS_PRESENTS = "analysed words, presence alone"
    CODE = "exact text"
    CODES = "exact texts separated by spaces"
    CODE_TRI = "exact text; documents are also sorted by its first value"
    CODE_COMPTE = "exact texts that can be counted (facets)"
    ENTIER = "integer to sort, weigh or compare"
    NUMERO = "integer to look up, fetch and sort"
    GARDE = "texts given back with the document, never searched"


CHAMPS: dict[str, Champ] = {
    "siren": Champ.NUMERO,
    "siret": Champ.NUMERO,
    "nom": Champ.MOTS,
    "enseigne": Champ.MOTS,
    "adresse": Champ.MOTS,
    "commune": Champ.MOTS_PRESENTS,
    "lieux": Champ.MOTS_PRESENTS,
    "exact": Champ.CODE_TRI,
    "noyau": Champ.CODE,
    "codes": Champ.CODE_COMPTE,
    "filtres": Champ.CODES,
    "faits": Champ.CODE_COMPTE,
    "personnes": Champ.MOTS_PRESENTS,
    "mentions": Champ.GARDE,
    "rang": Champ.ENTIER,
    "effectif": Champ.ENTIER,
    "creation": Champ.ENTIER,
    "rang_commune": Champ.ENTIER,
}

SUFFIXE_ENSEIGNE = ":e"
"""After the key of an enseigne in ``exact``: worth less than the name itself, sorted like it."""
