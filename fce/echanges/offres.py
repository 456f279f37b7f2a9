"""What the room offers to the others: actions of the sheet, entries of the menu, things to do."""

from __future__ import annotations

from fce.echanges.annuaire import offres as annuaire
from fce.echanges.bilan import offres as bilan
from fce.echanges.demandes import offres as demandes
from fce.echanges.envois import offres as envois
from fce.echanges.interactions.offres import offrir_les_contacts
from fce.echanges.operations import offres as operations
from fce.echanges.suivis import offres as suivis
from fce.echanges.visites import offres as visites


def offrir() -> None:
    """Declare it all, once, at start."""
    offrir_les_contacts()
    visites.offrir()
    operations.tout_offert()
    demandes.offrir()
    annuaire.offrir()
    envois.offrir()
    bilan.offrir()
    suivis.offrir()
