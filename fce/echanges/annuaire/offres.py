"""What the directory offers to the other rooms: an action of the sheet of an establishment, an entry of the menu."""

from __future__ import annotations

from django.http import HttpRequest

from fce.comptes import menu
from fce.comptes.menu import Entree
from fce.comptes.requete import compte_de
from fce.socle import actions
from fce.socle.actions import ActionDeFiche
from fce.socle.fil import Palier, ranger
from fce.socle.identifiants import est_siret
from fce.socle.liens import adresse_de


def offrir() -> None:
    """Declare it all, once, at start."""
    actions.declarer(ActionDeFiche("Qui appeler", _qui_appeler, 7))
    menu.ajouter(Entree("Annuaire des services", "echanges:annuaire", lambda compte, _: compte.agent, 18))
    ranger(Palier("Annuaire des services", "echanges:annuaire"), "echanges:service")
    ranger(Palier("Service", "echanges:service", ("numero",)), "echanges:modifier-service")


def _qui_appeler(request: HttpRequest, numero: str) -> str | None:
    """The services of the place of an establishment, for an agent."""
    compte = compte_de(request)
    if compte is None or not compte.agent or not est_siret(numero):
        return None
    return adresse_de("echanges:services-competents", numero)
