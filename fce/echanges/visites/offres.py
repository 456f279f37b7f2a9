"""What announced visits offer to the other rooms: an action of the sheet, an entry of the menu, things to do."""

from __future__ import annotations

from django.http import HttpRequest

from fce.comptes import menu
from fce.comptes.menu import Entree
from fce.comptes.requete import compte_de
from fce.echanges.visites import a_faire as a_faire_des_visites
from fce.socle import a_faire, actions
from fce.socle.actions import ActionDeFiche
from fce.socle.fil import Palier, ranger
from fce.socle.identifiants import est_siret
from fce.socle.liens import adresse_de


def offrir() -> None:
    """Declare it all, once, at start."""
    a_faire.declarer("visites", a_faire_des_visites.taches)
    actions.declarer(ActionDeFiche("Annoncer une visite", _annoncer, 5, principale=True))
    menu.ajouter(Entree("Visites de mon service", "echanges:visites", lambda compte, _: compte.agent, 12))
    ranger(Palier("Visites de mon service", "echanges:visites"), "echanges:visite", "echanges:calendrier")
    ranger(Palier("Visite n° {numero}", "echanges:visite", ("numero",)), "echanges:changer-visite")


def _annoncer(request: HttpRequest, numero: str) -> str | None:
    """The form, for an agent who has given a second factor; whether his service may announce is said there."""
    compte = compte_de(request)
    if compte is None or not compte.agent or request.session.get("mfa") is not True:
        return None
    return adresse_de("echanges:nouvelle-visite-lieu" if est_siret(numero) else "echanges:nouvelle-visite", numero)
