"""Codes that a document bears for the filters, read in the columns that each filter declares.

Cached by the values of these columns, a few filters at a time: a filter that reads several columns has as many
combinations as all the others together, and few distinct ones of each serve tens of millions of rows.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from fce.entreprises.contenu import LigneEntreprise, LigneEtablissement
from fce.recherche.codes import Codes
from fce.recherche.filtre import FiltreDeRecherche
from fce.recherche.filtres import SIRENE

MEMOIRE = 20_000
"""Combinations kept of each part, a kilobyte each in each process that indexes."""
Lus = Sequence[tuple[Callable[..., Codes], tuple[str, ...]]]
"""What gives the codes of each filter, and the columns that it reads."""
CodesLus = tuple[tuple[str, ...], str]
"""As ``Codes``, which take longer to make than to read."""
Parties = Sequence[tuple[Callable[[Any], tuple[Any, ...]], Callable[[tuple[Any, ...]], CodesLus]]]
"""What reads columns in a row, and the codes of these values."""


def signature() -> list[str]:
    """Return what tells whether an index bears the codes of the filters of today."""
    return sorted(
        f"{f.nom} {','.join(f.entreprise)} {','.join(f.etablissement)} {getattr(f.encoder, '__qualname__', '')}"
        for f in SIRENE.values()
        if f.entreprise or f.etablissement
    )


def codes_entreprise(ligne: LigneEntreprise) -> CodesLus:
    """Return the codes of a company itself."""
    comptes, filtres = _coder(_D_ENTREPRISE, ligne)
    return ((*comptes, f"etat:{ligne.etat}") if ligne.etat else comptes), filtres


def codes_herites(ligne: LigneEntreprise) -> CodesLus:
    """Return the codes that a company gives each of its establishments."""
    return _coder(_HERITES, ligne)


def codes_etablissement(e: LigneEtablissement, herites: CodesLus) -> CodesLus:
    """Return the codes of an establishment: its own, and those that its company gives it (``codes_herites``)."""
    comptes, filtres = _coder(_D_ETABLISSEMENT, e)
    autres, autres_filtres = herites
    # A closed one has the state « C », as a company that has ceased.
    etats = ("etat:A",) if e.etat == "A" else ("etat:C",) if e.etat else ()
    separes = " " if filtres and autres_filtres else ""
    return comptes + autres + etats, f"{filtres}{separes}{autres_filtres}"


def _coder(parties: Parties, ligne: Any) -> CodesLus:
    comptes: tuple[str, ...] = ()
    filtres = ""
    for lire, coder in parties:
        siens, autres = coder(lire(ligne))
        comptes += siens
        if autres:
            filtres = f"{filtres} {autres}" if filtres else autres
    return comptes, filtres


def _parties(champs: Sequence[str], lus: Iterable[tuple[FiltreDeRecherche, tuple[str, ...]]]) -> Parties:
    """Return what codes the filters that read these columns of a row, those of one column each together."""
    groupes = groupby(((f.codes, colonnes) for f, colonnes in lus if colonnes), key=lambda lu: len(lu[1]) > 1)
    return tuple([_partie(champs, tuple(groupe)) for _, groupe in groupes])


def _partie(champs: Sequence[str], lus: Lus) -> tuple[Callable[[Any], tuple[Any, ...]], Callable[..., CodesLus]]:
    places = [champs.index(colonne) for _, colonnes in lus for colonne in colonnes]

    @lru_cache(maxsize=MEMOIRE)
    def coder(valeurs: tuple[Any, ...]) -> CodesLus:
        reste = iter(valeurs)
        lues = [codes(*[next(reste) for _ in colonnes]) for codes, colonnes in lus]
        return tuple([code for c in lues for code in c.comptes]), " ".join([c.filtres for c in lues if c.filtres])

    return (itemgetter(*places) if len(places) > 1 else lambda ligne: (ligne[places[0]],)), coder


_D_ENTREPRISE = _parties(LigneEntreprise._fields, [(f, f.entreprise) for f in SIRENE.values()])
_D_ETABLISSEMENT = _parties(LigneEtablissement._fields, [(f, f.etablissement) for f in SIRENE.values()])
_HERITES = _parties(LigneEntreprise._fields, [(f, f.entreprise) for f in SIRENE.values() if not f.etablissement])
