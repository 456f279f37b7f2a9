"""Settings and fields of the indexes, derived from the table of fields of the documents.

Nothing is guessed: a field that the table does not know is refused (``dynamic: strict``). A copy of each shard goes to
another node as soon as there is one. Words arrive analysed: only spaces are left to cut at.
"""

from collections.abc import Mapping
from typing import Any

from fce.recherche.champs import CHAMPS, Document, Etat, Indexation
from fce.recherche.port import GENRES, LES_ETATS, Genre

FORMAT = 5
"""Of the documents and of their fields: an index of another format is as if there were none, and is built again."""
LEXIQUE = "lexique"
PARTIES = (*(f"{genre}-{etat}" for genre in GENRES for etat in LES_ETATS), LEXIQUE)
"""Indexes that make a version: one per kind and state, and the vocabulary."""
TRI_NOM = "tri_nom"
"""First value of ``exact``, to sort by: the engine sorts by the smallest of several."""
DEBUTS = {"min_chars": 2, "max_chars": 5}
"""Lengths of the beginnings of words that are looked up as one word, without reading all the words that begin so."""
CHAMPS_A_DEBUTS = ("nom", "enseigne", "commune")
TERMES_MAX = 2_000_000
"""SIREN of one question: those of an export (``strategie.ENSEMBLE_EXPORT``)."""
TEXTE_MAX = 8_000
"""Characters of a code beyond which it is not looked for: the engine refuses words above 32 766 bytes."""

_ENTIERS_CHERCHES = ("creation",)
"""Integers that are compared; the others only sort or weigh."""


def partie(genre: Genre, etat: Etat) -> str:
    """Name, inside a version, of the index of one kind and one state."""
    return f"{genre}-{etat}"


def corps(nom: str, fragments: int) -> dict[str, Any]:
    """Return what creates one index of a version."""
    lexique = nom == LEXIQUE
    reglages = {
        "number_of_shards": 1 if lexique else fragments,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",  # nobody reads before the switch
        "max_terms_count": TERMES_MAX,
    }
    return {"settings": {"index": reglages}, "mappings": _lexique() if lexique else _documents()}


def _lexique() -> dict[str, Any]:
    return {
        "dynamic": "strict",
        "properties": {
            "mot": {"type": "keyword"},
            "documents": {"type": "long", "index": False},
            "contenu": {"type": "object", "enabled": False},  # the manifest, and what each fragment wrote
        },
    }


def _documents() -> dict[str, Any]:
    return {
        "dynamic": "strict",
        # What is searched is not kept: only what the answers give back.
        "_source": {"includes": ["mentions"]},
        "properties": {n: _champ(n, c) for n, c in CHAMPS.items() if c is not Indexation.LIGNE}
        | {TRI_NOM: {"type": "keyword", "index": False, "ignore_above": TEXTE_MAX}},
    }


def _champ(nom: str, indexation: Indexation) -> dict[str, Any]:
    texte: dict[str, Any] = {"type": "text", "analyzer": "whitespace"}
    if nom in CHAMPS_A_DEBUTS:
        texte["index_prefixes"] = DEBUTS
    code: dict[str, Any] = {"type": "keyword", "ignore_above": TEXTE_MAX, "index_options": "docs"}
    match indexation:
        case Indexation.MOTS:
            return texte | {"index_options": "docs"}
        case Indexation.CODES:
            return texte | {"index_options": "docs", "norms": False}
        case Indexation.CODE | Indexation.CODE_TRI:
            return code | {"doc_values": False}
        case Indexation.CODE_COMPTE:
            return code | {"eager_global_ordinals": True}
        case Indexation.ENTIER:
            return {"type": "integer", "index": nom in _ENTIERS_CHERCHES}
        case Indexation.NUMERO:
            return {"type": "long"}
        case Indexation.GARDE | Indexation.LIGNE:
            return {"type": "keyword", "index": False, "doc_values": False}


def a_ecrire(document: Mapping[str, Any]) -> Document:
    """Return a document as it is sent: with what its names are sorted by, without its line."""
    noms = document.get("exact")
    envoye = {nom: valeur for nom, valeur in document.items() if CHAMPS[nom] is not Indexation.LIGNE}
    return {**envoye, TRI_NOM: noms[0]} if noms else envoye
