"""Filter codes of documents, computed from the columns that each filter declares.

Computed once per distinct combination of values, few filters at a time, because all the filters together would have far
too many combinations.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import groupby
from typing import Any, Final, NamedTuple

from fce.recherche.engines.codes import Codes
from fce.recherche.question.filtre import FiltreDeRecherche
from fce.recherche.question.filtres import SIRENE
from fce.referentiels.carreaux import GRILLE

MEMOIRE = 20_000
"""Combinations cached per part; about 1 kB each, per indexing process."""


class Codage(NamedTuple):
    """Columns, and the function that gives some filters' codes from their values."""

    colonnes: tuple[str, ...]
    coder: Callable[..., Codes]


def signature() -> list[str]:
    """Return a signature of the filters and of the grid, to detect an index built with others."""
    return [
        GRILLE,
        *sorted(
            f"{f.nom} {','.join(f.entreprise)} {','.join(f.etablissement)} {getattr(f.encoder, '__qualname__', '')}"
            for f in SIRENE.values()
            if f.entreprise or f.etablissement
        ),
    ]


def _parties(declares: Iterable[tuple[FiltreDeRecherche, tuple[str, ...]]]) -> tuple[Codage, ...]:
    """Group the filters of one column each; keep the others apart."""
    groupes = groupby((declare for declare in declares if declare[1]), key=lambda declare: len(declare[1]) > 1)
    return tuple([_partie(tuple(groupe)) for _, groupe in groupes])


def _partie(siens: tuple[tuple[FiltreDeRecherche, tuple[str, ...]], ...]) -> Codage:
    @lru_cache(maxsize=MEMOIRE)
    def coder(*valeurs: Any) -> Codes:
        reste = iter(valeurs)
        encodes = [filtre.codes(*[next(reste) for _ in colonnes]) for filtre, colonnes in siens]
        comptes = tuple([code for codes in encodes for code in codes.comptes])
        return Codes(comptes, " ".join([codes.filtres for codes in encodes if codes.filtres]))

    return Codage(tuple([colonne for _, colonnes in siens for colonne in colonnes]), coder)


D_ENTREPRISE: Final = _parties((f, f.entreprise) for f in SIRENE.values())
"""Codes of a company."""
D_ETABLISSEMENT: Final = _parties((f, f.etablissement) for f in SIRENE.values())
"""Codes of an establishment, without those inherited from its company."""
HERITES: Final = _parties((f, f.entreprise) for f in SIRENE.values() if not f.etablissement)
"""Codes that establishments inherit from their company."""
