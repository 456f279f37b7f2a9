"""Sheets as they are read, whatever their unit."""

from typing import Any

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import selectors as fiches
from fce.fiche.formes.contenu import Bloc, Redirection
from fce.fiche.unite.unite_visee import Unite


def fiche_de(numero: str, lecteur: LecteurDeDonnees | None = None, **quoi: Any) -> Any:
    """The sheet of a company or of an establishment, by its number."""
    fiche_du_genre: Any = fiches.fiche_entreprise if Unite(numero).entreprise else fiches.fiche_etablissement
    fiche = fiche_du_genre(numero, lecteur=lecteur, **quoi)
    assert not isinstance(fiche, Redirection)
    return fiche


def bloc(fiche: Any, cle: str) -> Bloc:
    """The block of a sheet that has this key."""
    return next(b for r in fiche.rubriques for b in r.blocs if b.cle == cle)
