"""Rows of the indexer (``contenu``) as polars columns.

A separate module, because polars takes a hundred megabytes that a process which only answers does not need.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from fce.donnees.entreprises.contenu import Ligne, LigneEntreprise, LigneEtablissement
from fce.donnees.entreprises.sirene import ETABLISSEMENTS, UNITES_LEGALES
from fce.socle.base.colonnes import lignes_en_colonnes
from fce.sources import champs
from fce.sources.declaration import Source

_TYPES: Final[dict[type[champs.Champ], Any]] = {champs.Booleen: pl.Boolean, champs.Entier: pl.Int64}
"""Of the columns that are not texts."""


def unites_en_colonnes(lignes: Sequence[Ligne]) -> pl.DataFrame:
    return lignes_en_colonnes(_types(UNITES_LEGALES, LigneEntreprise._fields), lignes)


def lieux_en_colonnes(lignes: Sequence[Ligne]) -> pl.DataFrame:
    return lignes_en_colonnes(_types(ETABLISSEMENTS, LigneEtablissement._fields), lignes)


def _types(source: Source, colonnes: Sequence[str]) -> dict[str, Any]:
    """``masque`` and ``personne_physique``, which are no columns of the file, are booleans."""
    return {c: _TYPES.get(type(source.champs[c]), pl.String) if c in source.champs else pl.Boolean for c in colonnes}
