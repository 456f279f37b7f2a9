"""Fields common to both kinds of documents: filter codes, creation day."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

import polars as pl

from fce.recherche.engines.champs import ENTRE_LES_TEXTES
from fce.recherche.engines.codes import Codes
from fce.recherche.engines.colonnes import bout_a_bout, par_valeur
from fce.recherche.index.codage import Codage
from fce.recherche.index.documents.rangs import effectif

_ORIGINE: Final = date(1970, 1, 1).toordinal()


def codes_de(lignes: pl.DataFrame, parties: Iterable[Codage]) -> pl.DataFrame:
    """Return the filter codes as texts: ``comptes`` (counted) and ``filtres`` (filter only)."""
    types = {"comptes": pl.String, "filtres": pl.String}
    codes = [par_valeur(lignes, partie.colonnes, _en_textes(partie.coder), types) for partie in parties]
    return pl.select(
        bout_a_bout([ici["comptes"] for ici in codes], ENTRE_LES_TEXTES).alias("comptes"),
        bout_a_bout([ici["filtres"] for ici in codes]).alias("filtres"),
    )


def _en_textes(coder: Callable[..., Codes]) -> Callable[..., tuple[str | None, str | None]]:
    def textes_de(*valeurs: Any) -> tuple[str | None, str | None]:
        comptes, filtres = coder(*valeurs)
        return ENTRE_LES_TEXTES.join(comptes) or None, filtres or None

    return textes_de


def effectifs(lignes: pl.DataFrame) -> pl.Series:
    """Return the head count to sort by, null when unknown."""
    return par_valeur(lignes, ["tranche_effectifs"], lambda t: (effectif(t),), {"effectif": pl.Int64})["effectif"]


def creation() -> pl.Expr:
    """The creation day as a number, null when unknown."""
    jour = pl.when(pl.col("date_creation") != "").then("date_creation").str.to_date("%Y-%m-%d", strict=False)
    return (jour.to_physical() + _ORIGINE).cast(pl.Int64).alias("creation")
