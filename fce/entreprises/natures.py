"""What each field of a data set tells about somebody, and what of it a masked unit hides: one answer for all surfaces.

The declarations say the first (``masque=``), ``diffusion`` the second. Sheet, list, timeline, file, API, download and
search feed ask here, as values in Python or as SQL: what is ordered, added up or grouped by the database is what is
shown, never what is behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from fce.entreprises import diffusion
from fce.entreprises.diffusion import Regime
from fce.socle.lectures import citer
from fce.sources import champs
from fce.sources.champs import Nature
from fce.sources.declaration import Source


@cache
def natures(source: Source) -> Mapping[str, Nature]:
    """Return the nature of each attribute of a source.

    Of the source that is asked only for what partial diffusion hides, nothing is hidden: its access is its rule.
    """
    if source.direct is not None and source.direct.diffusion_partielle:
        return dict.fromkeys(source.champs, Nature.DIFFUSIBLE)
    return {attribut: champ.masque for attribut, champ in source.champs.items()}


@cache
def cachees(source: Source, sous: Regime) -> tuple[str, ...]:
    """Return the attributes of a source that this regime does not show."""
    return tuple(attribut for attribut, nature in natures(source).items() if nature not in diffusion.MONTRE[sous])


def sql_montre(source: Source, attribut: str, sous: str, alias: str = "") -> str:
    """Return the SQL expression of a column as it is shown: NULL where masked.

    ``sous``: SQL expression of the regime of the row. ``alias``: that of the relation that the column is read from.
    """
    texte = isinstance(source.champs[attribut], champs.Texte | champs.Code)
    colonne = f"{alias}.{citer(attribut)}" if alias else citer(attribut)
    return diffusion.sql_visible(colonne, natures(source)[attribut], sous, texte=texte)
