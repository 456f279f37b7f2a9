"""The chapters of the sheet, in order. A source names its own in its declaration; nothing is edited for a new one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fce.fiche.vues import Bloc, Rubrique
from fce.sources.rubriques import TITRES

__all__ = ["AUTRES", "TITRES", "ranger"]

AUTRES: Final = "autres"


def ranger(blocs: Iterable[tuple[str, Bloc]]) -> tuple[Rubrique, ...]:
    """Rubriques from (rubrique, bloc) pairs: known ones in order, then one for sources that name none of them."""
    par_rubrique: dict[str, list[Bloc]] = {cle: [] for cle in [*TITRES, AUTRES]}
    for cle, bloc in blocs:
        par_rubrique[cle if cle in TITRES else AUTRES].append(bloc)
    return tuple(
        Rubrique(cle, TITRES.get(cle, "Autres sources"), tuple(contenus))
        for cle, contenus in par_rubrique.items()
        if contenus
    )
