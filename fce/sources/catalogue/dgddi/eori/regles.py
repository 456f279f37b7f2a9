"""EORI numbers of a unit, for a line of a card. The register gives no start date, so none is told."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import pluriel
from fce.sources.presentation import Ligne
from fce.sources.synthese import LigneDeCarte


def immatriculation(lignes: Sequence[Ligne], autres: Sequence[Ligne], aujourd_hui: date) -> LigneDeCarte | None:
    if not lignes:
        return None
    actifs = [x for x in lignes if x["actif"]]
    if len(lignes) == 1:
        precision = str(lignes[0]["identifiant"])
    else:
        precision = f"{pluriel(len(actifs), 'actif')} sur {pluriel(len(lignes), 'numéro')}"
    if not actifs and any(x["actif"] is None for x in lignes):
        return LigneDeCarte("EORI", "EORI connu", f"{precision}, activité non dite")
    return LigneDeCarte("EORI", "EORI actif" if actifs else "EORI inactif", precision)
