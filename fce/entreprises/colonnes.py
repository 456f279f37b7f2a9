"""Rows of the indexer (``contenu``) as polars columns.

A separate module, because polars takes a hundred megabytes that a process which only answers does not need.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from fce.entreprises.contenu import LigneEntreprise, LigneEtablissement
from fce.socle.colonnes import lignes_en_colonnes

_AUTRES_TYPES: Final[dict[str, Any]] = {
    "annee_effectifs": pl.Int64,
    "annee_categorie_entreprise": pl.Int64,
    **dict.fromkeys(
        ("siege", "employeur", "masque", "ess", "societe_mission", "personne_physique"),
        pl.Boolean,
    ),
}


def unites_en_colonnes(lignes: Sequence[LigneEntreprise]) -> pl.DataFrame:
    return lignes_en_colonnes(_types(LigneEntreprise._fields), lignes)


def lieux_en_colonnes(lignes: Sequence[LigneEtablissement]) -> pl.DataFrame:
    return lignes_en_colonnes(_types(LigneEtablissement._fields), lignes)


def _types(champs: Sequence[str]) -> dict[str, Any]:
    return {champ: _AUTRES_TYPES.get(champ, pl.String) for champ in champs}
