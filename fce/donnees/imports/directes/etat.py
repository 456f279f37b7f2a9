"""State of a live source, as seen from this process, for pages and commands."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from fce.donnees.imports.directes import client
from fce.donnees.imports.directes.disjoncteur import disjoncteur
from fce.socle.texte.formats import pluriel
from fce.sources.declaration import Source
from fce.sources.direct import direct_de


class EtatDirect(Enum):
    """The values are shown to readers."""

    EN_SERVICE = "en service"
    SUSPENDUE = "suspendue après des pannes"
    NON_CONFIGUREE = "non configurée"


def etat(source: Source) -> EtatDirect:
    """State of a live source. Raises LookupError for another source."""
    fournisseur = direct_de(source).fournisseur
    if not client.configuree():
        return EtatDirect.NON_CONFIGUREE
    return EtatDirect.SUSPENDUE if disjoncteur(fournisseur).ouvert else EtatDirect.EN_SERVICE


def conservation(source: Source) -> str:
    duree = direct_de(source).conservation
    if duree is None:
        return "Réponses jamais conservées."
    heures = duree // timedelta(hours=1)
    ecrite = pluriel(heures, "heure") if duree < timedelta(days=1) else pluriel(duree.days, "jour")
    return f"Réponses conservées {ecrite}, pour la seule administration qui les a demandées et la même finalité."
