"""Settings and mappings of the indexes, derived from ``documents.CHAMPS``.

Mappings are strict: OpenSearch refuses an undeclared field. Each shard gets a replica as soon as a second node joins.
Words arrive analysed, so the analyzer only splits on white space.
"""

from collections.abc import Mapping
from typing import Any

from fce.recherche.engines.champs import CHAMPS, Document, Etat, Indexation
from fce.recherche.engines.port import GENRES, LES_ETATS, Genre

FORMAT = 5
"""Version of the documents and mappings. An index of another format is treated as absent, and rebuilt."""
LEXIQUE = "lexique"
PARTIES = (*(f"{genre}-{etat}" for genre in GENRES for etat in LES_ETATS), LEXIQUE)
"""The indexes of one version: one per kind and state, and the vocabulary."""
TRI_NOM = "tri_nom"
"""First value of ``exact``, for sorting by name: OpenSearch would sort a multi-valued field by its smallest value."""
DEBUTS = {"min_chars": 2, "max_chars": 5}
"""Lengths of the word prefixes that are indexed as terms, so that a prefix query reads one term."""
CHAMPS_A_DEBUTS = ("nom", "enseigne", "commune")
TERMES_MAX = 2_000_000
"""Maximum number of SIREN in one query: that of an export (``filtrage.ENSEMBLE_EXPORT``)."""
TEXTE_MAX = 8_000
"""Maximum length of an indexed code, in characters: Lucene refuses terms above 32 766 bytes."""

_ENTIERS_CHERCHES = ("creation", "carreau")
"""Integers used in range queries; the others only serve to sort or to weigh."""


def partie(genre: Genre, etat: Etat) -> str:
    """Name of the index of one kind and state inside a version."""
    return f"{genre}-{etat}"


def corps(nom: str, fragments: int) -> dict[str, Any]:
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
            "contenu": {"type": "object", "enabled": False},  # the manifest, and the words counted by each fragment
        },
    }


def _documents() -> dict[str, Any]:
    return {
        "dynamic": "strict",
        # Store only what the answers return.
        "_source": {"includes": ["mentions", "ligne"]},
        "properties": {n: _champ(n, c) for n, c in CHAMPS.items()}
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
    """Return the document as sent: with its sort key (``TRI_NOM``)."""
    noms = document.get("exact")
    return {**document, **({TRI_NOM: noms[0]} if noms else {})}
