"""Codes that a document bears for the filters, read in the columns that each filter declares.

Cached by the values of these columns, all together then filter by filter: few distinct combinations serve tens of
millions of rows, and a new one is made of values already met.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
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


def codes_herites(ligne: LigneEntreprise) -> Codes:
    """Return the codes that a company gives each of its establishments."""
    return _codes_herites(_lire_herites(ligne))


def codes_etablissement(e: LigneEtablissement, herites: Codes) -> Codes:
    """Return the codes of an establishment: its own, and those that its company gives it (``codes_herites``)."""
    etat, *colonnes = _lire_etablissement(e)
    siens = _codes_etablissement(tuple(colonnes))
    # A closed one has the state « C », as a company that has ceased.
    etats = ("etat:A",) if etat == "A" else ("etat:C",) if etat else ()
    separes = " " if siens.filtres and herites.filtres else ""
    return Codes(siens.comptes + herites.comptes + etats, f"{siens.filtres}{separes}{herites.filtres}")


@lru_cache(maxsize=MEMOIRE)
def _codes_entreprise(lues: tuple[Any, ...]) -> Codes:
    etat, *colonnes = lues
    return _reunir(*_coder(_D_ENTREPRISE, colonnes), Codes((f"etat:{etat}",) if etat else (), ""))


@lru_cache(maxsize=MEMOIRE)
def _codes_etablissement(colonnes: tuple[Any, ...]) -> Codes:
    return _reunir(*_coder(_D_ETABLISSEMENT, colonnes))


@lru_cache(maxsize=MEMOIRE)
def _codes_herites(colonnes: tuple[Any, ...]) -> Codes:
    return _reunir(*_coder(_HERITES, colonnes))


def _lecteur(champs: Sequence[str], *colonnes: str) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads these columns in a row of these fields."""
    return itemgetter(*[champs.index(colonne) for colonne in colonnes])


def _colonnes(lus: Lus) -> list[str]:
    return [colonne for _, colonnes in lus for colonne in colonnes]


_lire_entreprise = _lecteur(LigneEntreprise._fields, "etat", *_colonnes(_D_ENTREPRISE))
_lire_etablissement = _lecteur(LigneEtablissement._fields, "etat", *_colonnes(_D_ETABLISSEMENT))
_lire_herites = _lecteur(LigneEntreprise._fields, *_colonnes(_HERITES))


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
