"""Codes that documents bear for the filters, read in the columns that each filter declares.

Worked out for distinct values of these columns, a few filters at a time: a filter that reads several columns has as
many combinations as all the others together, and few distinct ones of each serve tens of millions of rows.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import groupby
from typing import Any, Final, NamedTuple

from fce.recherche.codes import Codes
from fce.recherche.filtre import FiltreDeRecherche
from fce.recherche.filtres import SIRENE

MEMOIRE = 20_000
"""Combinations kept of each part, a kilobyte each in each process that indexes."""


class Codage(NamedTuple):
    """Columns, and the codes that some filters give for their values, in this order."""

    colonnes: tuple[str, ...]
    coder: Callable[..., Codes]


def signature() -> list[str]:
    """Return what tells whether an index bears the codes of the filters of today."""
    return sorted(
        f"{f.nom} {','.join(f.entreprise)} {','.join(f.etablissement)} {getattr(f.encoder, '__qualname__', '')}"
        for f in SIRENE.values()
        if f.entreprise or f.etablissement
    )


def _parties(lues: Iterable[tuple[FiltreDeRecherche, tuple[str, ...]]]) -> tuple[Codage, ...]:
    """Return what codes the filters that read these columns, those of one column each together."""
    groupes = groupby((lu for lu in lues if lu[1]), key=lambda lu: len(lu[1]) > 1)
    return tuple([_partie(tuple(groupe)) for _, groupe in groupes])


def _partie(lus: tuple[tuple[FiltreDeRecherche, tuple[str, ...]], ...]) -> Codage:
    @lru_cache(maxsize=MEMOIRE)
    def coder(*valeurs: Any) -> Codes:
        reste = iter(valeurs)
        lues = [filtre.codes(*[next(reste) for _ in colonnes]) for filtre, colonnes in lus]
        comptes = tuple([code for codes in lues for code in codes.comptes])
        return Codes(comptes, " ".join([codes.filtres for codes in lues if codes.filtres]))

    return Codage(tuple([colonne for _, colonnes in lus for colonne in colonnes]), coder)


D_ENTREPRISE: Final = _parties((f, f.entreprise) for f in SIRENE.values())
"""Codes of a company itself."""
D_ETABLISSEMENT: Final = _parties((f, f.etablissement) for f in SIRENE.values())
"""Codes of an establishment, without those that its company gives it."""
HERITES: Final = _parties((f, f.entreprise) for f in SIRENE.values() if not f.etablissement)
"""Codes that a company gives each of its establishments."""
