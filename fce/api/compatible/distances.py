"""Coordinates of establishments, in metres, of those that everyone may locate."""

# ruff: noqa: S608 (only declared names are interpolated)

from collections.abc import Sequence
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from fce.entreprises import sirene
from fce.entreprises.diffusion import Regime, sql_regime_etablissement
from fce.socle import lectures, replique

_REGIME: Final = sql_regime_etablissement("e.statut_diffusion", "u.statut_diffusion", "u.categorie_juridique")
_POSITIONS: Final = (
    "SELECT e.siret, e.coordonnee_lambert_abscisse::float8, e.coordonnee_lambert_ordonnee::float8 "
    f"FROM {sirene.ETABLISSEMENTS.relation} e JOIN {sirene.UNITES_LEGALES.relation} u ON u.siren = e.siren "
    "WHERE e.siret = ANY(%s) AND e.coordonnee_lambert_abscisse IS NOT NULL "
    f"AND e.coordonnee_lambert_ordonnee IS NOT NULL AND {_REGIME} = '{Regime.OUVERT}'"
)


def positions(sirets: Sequence[str]) -> list[tuple[str, float, float]]:
    """(SIRET, x, y) of those that are located and not masked. One round trip."""
    if not sirets:
        return []

    def sur(connexion: BaseDatabaseWrapper) -> list[tuple[Any, ...]]:
        return lectures.lire(_POSITIONS, [list(sirets)], connexion=connexion)

    return [(str(siret), float(x), float(y)) for siret, x, y in replique.lire(sur)]
