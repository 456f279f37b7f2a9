"""The rows that the indexer is given (``contenu``) as polars columns.

Apart from the rest of the room, because polars takes a hundred megabytes: a process that only answers does without.
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
"""Of the columns that are not texts."""


def unites_en_colonnes(lignes: Sequence[LigneEntreprise]) -> pl.DataFrame:
    """Return companies as a frame, one column per field."""
    return lignes_en_colonnes(_types(LigneEntreprise._fields), lignes)


def lieux_en_colonnes(lignes: Sequence[LigneEtablissement]) -> pl.DataFrame:
    """Return establishments as a frame, one column per field."""
    return lignes_en_colonnes(_types(LigneEtablissement._fields), lignes)


def _types(champs: Sequence[str]) -> dict[str, Any]:
    return {champ: _AUTRES_TYPES.get(champ, pl.String) for champ in champs}
