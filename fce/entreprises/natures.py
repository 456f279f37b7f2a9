"""What each field of a data set tells about somebody, and what of it a masked unit hides: one answer for all surfaces.

Sheet, list, timeline, file, API, download and search feed ask here, as values in Python or as SQL: what is ordered,
added up or grouped by the database is what is shown, never what is behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from fce.entreprises import diffusion
from fce.entreprises.diffusion import Nature, Regime
from fce.entreprises.requetes import ETAB, ETAB_HISTORIQUE, UL, UL_HISTORIQUE
from fce.socle.lectures import citer
from fce.sources import champs
from fce.sources.declaration import Source

# Sirene has finer natures than those of its declarations, in the tables of the rule itself.
_SIRENE: Final = {
    UL: diffusion.NATURES_UNITE_LEGALE,
    ETAB: diffusion.NATURES_ETABLISSEMENT,
    UL_HISTORIQUE: diffusion.NATURES_UNITE_LEGALE_HISTORIQUE,
    ETAB_HISTORIQUE: diffusion.NATURES_ETABLISSEMENT_HISTORIQUE,
}


@cache
def natures(source: Source) -> Mapping[str, Nature]:
    """Return the nature of each attribute of a source.

    Of the source that is asked only for what partial diffusion hides, nothing is hidden: its access is its rule.
    """
    if source.direct is not None and source.direct.diffusion_partielle:
        return dict.fromkeys(source.champs, Nature.DIFFUSIBLE)
    if table := _SIRENE.get(source.vue):
        return {attribut: table.get(attribut, Nature.LIBRE) for attribut in source.champs}
    return {attribut: Nature(champ.masque.name) for attribut, champ in source.champs.items()}


@cache
def cachees(source: Source, sous: Regime) -> tuple[str, ...]:
    """Return the attributes of a source that this regime does not show."""
    return tuple(attribut for attribut, nature in natures(source).items() if nature not in diffusion.MONTRE[sous])


def sql_montre(source: Source, attribut: str, sous: str) -> str:
    """Return the SQL expression of a column as it is shown: NULL where masked.

    ``sous``: SQL expression of the regime of the row.
    """
    texte = isinstance(source.champs[attribut], champs.Texte | champs.Code)
    return diffusion.sql_valeur_visible(citer(attribut), natures(source)[attribut], sous, texte=texte)
