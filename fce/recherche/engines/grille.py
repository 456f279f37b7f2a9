"""Counts by square of the grid, for any engine: one histogram on the number of the smallest square."""

from collections.abc import Mapping
from typing import Any

from fce.referentiels.carreaux import ENFANTS

_NOM = "carreaux"


def demande(rang: int) -> dict[str, Any]:
    """The aggregation that counts by square of a size. No bucket is given for an empty square."""
    return {_NOM: {"histogram": {"field": "carreau", "interval": ENFANTS**rang, "min_doc_count": 1}}}


def comptes(reponse: Mapping[str, Any], rang: int) -> dict[int, int]:
    """{number of a square: hits}, from the answer."""
    return {int(seau["key"]) // ENFANTS**rang: seau["doc_count"] for seau in reponse[_NOM]["buckets"]}
