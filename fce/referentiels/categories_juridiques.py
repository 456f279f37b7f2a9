"""Catégories juridiques (Insee): level 1 ``5``, level 2 ``57``, level 3 ``5710``."""

from functools import lru_cache
from typing import Literal

from fce.referentiels.libelle import Libelle
from fce.referentiels.tables import lignes_de

Niveau = Literal[1, 2, 3]

_LONGUEURS = {1: 1, 2: 2, 3: 4}


@lru_cache(maxsize=1)
def _libelles() -> dict[str, str | None]:
    return {code: libelle or None for code, libelle in lignes_de("categories_juridiques.csv")}


def libelle(code: str | None) -> str | None:
    """Label of a code of any level, or None.

    Closed periods have withdrawn codes such as ``5400``, which take the label of their level 2.
    """
    code = (code or "").strip()
    if len(code) == 4 and code.endswith("00") and code not in _libelles():
        code = code[:2]
    return _libelles().get(code)


def liste(niveau: Niveau) -> list[Libelle]:
    """Categories of a level, by code, withdrawn ones of level 3 included."""
    return [Libelle(code, nom) for code, nom in _libelles().items() if len(code) == _LONGUEURS[niveau]]


def est_personne_physique(code: str | None) -> bool:
    """True for 1xxx (entrepreneur individuel)."""
    return bool(code) and str(code).strip().startswith("1")
