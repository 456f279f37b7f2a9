"""Codes that a document bears for the filters, read in the columns that each filter declares.

Cached by the values of these columns, all together then filter by filter: few distinct combinations serve tens of
millions of rows, and a new one is made of values already met.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from fce.entreprises.contenu import LigneEntreprise, LigneEtablissement
from fce.recherche.codes import Codes
from fce.recherche.filtres import SIRENE

MEMOIRE = 50_000
"""Combinations kept, a kilobyte and a half each in each process that indexes; another is made of parts that are."""
Lus = Sequence[tuple[Callable[..., Codes], tuple[str, ...]]]
"""What gives the codes of each filter, and the columns that it reads."""
_CODER = {f.nom: lru_cache(maxsize=10_000)(f.codes) for f in SIRENE.values()}
_D_ENTREPRISE: Lus = tuple((_CODER[f.nom], f.entreprise) for f in SIRENE.values() if f.entreprise)
_D_ETABLISSEMENT: Lus = tuple((_CODER[f.nom], f.etablissement) for f in SIRENE.values() if f.etablissement)
_HERITES: Lus = tuple((_CODER[f.nom], f.entreprise) for f in SIRENE.values() if f.entreprise and not f.etablissement)


def signature() -> list[str]:
    """Return what tells whether an index bears the codes of the filters of today."""
    return sorted(
        f"{f.nom} {','.join(f.entreprise)} {','.join(f.etablissement)} {getattr(f.encoder, '__qualname__', '')}"
        for f in SIRENE.values()
        if f.entreprise or f.etablissement
    )


def codes_entreprise(ligne: LigneEntreprise) -> Codes:
    """Return the codes of a company itself."""
    return _codes_entreprise(_lire_entreprise(ligne))


def codes_etablissement(e: LigneEtablissement, ligne: LigneEntreprise) -> Codes:
    """Return the codes of an establishment: its own, and those that its company gives it."""
    return _codes_etablissement(_lire_etablissement(e), _lire_herites(ligne))


@lru_cache(maxsize=MEMOIRE)
def _codes_entreprise(lues: tuple[Any, ...]) -> Codes:
    etat, *colonnes = lues
    return _reunir(*_coder(_D_ENTREPRISE, colonnes), Codes((f"etat:{etat}",) if etat else (), ""))


@lru_cache(maxsize=MEMOIRE)
def _codes_etablissement(siennes: tuple[Any, ...], heritees: tuple[Any, ...]) -> Codes:
    """A closed one has the state ``C``, as a company that has ceased."""
    etat, *colonnes = siennes
    etats = (f"etat:{'A' if etat == 'A' else 'C'}",) if etat else ()
    return _reunir(*_coder(_D_ETABLISSEMENT, colonnes), *_coder(_HERITES, heritees[1:]), Codes(etats, ""))


def _lecteur(lus: Lus) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads in a row its state, then all the columns of these filters."""
    return attrgetter("etat", *(colonne for _, colonnes in lus for colonne in colonnes))


_lire_entreprise = _lecteur(_D_ENTREPRISE)
_lire_etablissement = _lecteur(_D_ETABLISSEMENT)
_lire_herites = _lecteur(_HERITES)


def _coder(lus: Lus, colonnes: Sequence[Any]) -> list[Codes]:
    codes = []
    debut = 0
    for coder, siennes in lus:
        fin = debut + len(siennes)
        codes.append(coder(*colonnes[debut:fin]))
        debut = fin
    return codes


def _reunir(*codes: Codes) -> Codes:
    return Codes(
        tuple([code for c in codes for code in c.comptes]),
        " ".join([c.filtres for c in codes if c.filtres]),
    )
