"""Nature of each field (what it tells about a person) and what a masked unit hides, for all surfaces.

Declarations give the nature (``masque=``), ``diffusion`` the rule. Values are masked in Python or in SQL, so that
PostgreSQL never sorts, sums or groups hidden values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from fce.donnees.entreprises import diffusion
from fce.donnees.entreprises.diffusion import Regime
from fce.socle.base.lectures import citer
from fce.sources import champs
from fce.sources.champs import Nature
from fce.sources.declaration import Source


@cache
def natures(source: Source) -> Mapping[str, Nature]:
    """Return the nature of each attribute of a source.

    A live source that answers only about the data hidden by diffusion partielle hides nothing: its access class
    protects it.
    """
    if source.direct is not None and source.direct.diffusion_partielle:
        return dict.fromkeys(source.champs, Nature.DIFFUSIBLE)
    return {attribut: champ.masque for attribut, champ in source.champs.items()}


@cache
def cachees(source: Source, sous: Regime) -> tuple[str, ...]:
    return tuple(attribut for attribut, nature in natures(source).items() if nature not in diffusion.MONTRE[sous])


@cache
def rangs_caches(source: Source, attributs: tuple[str, ...]) -> Mapping[str, Sequence[int]]:
    """{regime: ranks of the attributes that it hides}, for ``diffusion.masquer_rang``."""
    return {str(sous): [n for n, a in enumerate(attributs) if a in cachees(source, sous)] for sous in Regime}


def sql_montre(source: Source, attribut: str, sous: str, alias: str = "") -> str:
    """SQL of a column as shown, NULL where masked.

    ``sous``: SQL expression of the regime of the row. ``alias``: of the relation.
    """
    texte = isinstance(source.champs[attribut], champs.Texte | champs.Code)
    colonne = f"{alias}.{citer(attribut)}" if alias else citer(attribut)
    return diffusion.sql_visible(colonne, natures(source)[attribut], sous, texte=texte)
