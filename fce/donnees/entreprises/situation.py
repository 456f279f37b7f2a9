"""Départements and masking regimes of many units at once, for rights; never displayed."""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fce.donnees.entreprises import diffusion, lieux
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.requetes import ETAB, UL
from fce.socle.base import lectures
from fce.socle.texte.identifiants import est_siret

_ENTREPRISES: Final = (
    f"SELECT u.siren, {diffusion.sql_regime('u')}, ARRAY(SELECT DISTINCT {lieux.DEPARTEMENT} FROM {ETAB} e "
    f"WHERE e.siren = u.siren AND {lieux.VIVANT} AND e.code_commune IS NOT NULL) FROM {UL} u WHERE u.siren = ANY(%s)"
)
_LIEUX: Final = (
    f"SELECT e.siret, {diffusion.sql_regime('u', 'e')}, array_remove(ARRAY[{lieux.DEPARTEMENT}], NULL) "
    f"FROM {ETAB} e LEFT JOIN {UL} u ON u.siren = e.siren WHERE e.siret = ANY(%s)"
)


@dataclass(frozen=True, slots=True)
class SituationDUnite:
    """``departements`` of a company: those with an establishment open, or closed less than 24 months ago."""

    regime: Regime = Regime.PHYSIQUE
    departements: frozenset[str] = frozenset()


SANS_SITUATION: Final = SituationDUnite()
"""Situation of a number unknown to Sirene: masked, no département."""


def situations(numeros: Iterable[str]) -> dict[str, SituationDUnite]:
    """{SIREN or SIRET: situation}, without unknown numbers. At most two round trips."""
    demandes = sorted(set(numeros))
    trouvees = {}
    for requete, lot in (
        (_ENTREPRISES, [n for n in demandes if not est_siret(n)]),
        (_LIEUX, [n for n in demandes if est_siret(n)]),
    ):
        for numero, regime, departements in lectures.rangees(requete, [lot]) if lot else ():
            trouvees[numero] = SituationDUnite(Regime(regime), frozenset(departements))
    return trouvees
