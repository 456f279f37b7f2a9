"""European unique identifier (EUID) of a company: FR, code of its register, a dot, SIREN (implementing regulation (EU)
2021/1042). Computed, and only when the court that keeps its register is known. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fce.referentiels import greffes

BODACC: Final = "bodacc"
_AUTRES_ANNONCES: Final = ("collective", "vente", "divers")
"""Notices that a court other than that of the register may publish."""


def euid(siren: str, legale: Mapping[str, Any] | None, annonces: Sequence[Mapping[str, Any]] | None) -> str:
    """The identifier of a legal person, from its latest notice about the register; "" when the court is unknown or
    hidden, or when that notice strikes the company off. ``annonces``: notices in force, as this reader may read them.
    """
    forme = (legale or {}).get("categorie_juridique") or ""
    datees = [x for x in annonces or () if x["date_parution"] and x["famille"] not in _AUTRES_ANNONCES]
    if forme[:1] in ("", "1", "2") or not datees:
        return ""
    derniere = max(datees, key=lambda x: x["date_parution"])
    greffe = greffes.code(derniere["tribunal"]) if derniere["famille"] != "radiation" else None
    return f"FR{greffe}.{siren}" if greffe else ""
