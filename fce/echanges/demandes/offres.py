"""What questions offer to the other rooms: an action of the sheet, an entry of the menu, things to do."""

from __future__ import annotations

from django.http import HttpRequest

from fce.comptes import menu
from fce.comptes.menu import Entree
from fce.comptes.requete import compte_de
from fce.echanges.demandes import a_faire as a_faire_des_demandes
from fce.socle import a_faire, actions
from fce.socle.actions import ActionDeFiche
from fce.socle.fil import Palier, ranger
from fce.socle.identifiants import est_siret
from fce.socle.liens import adresse_de


def offrir() -> None:
    """Declare it all, once, at start."""
    a_faire.declarer("demandes", a_faire_des_demandes.taches)
    actions.declarer(ActionDeFiche("Poser une question à un service", _demander, 8))
    menu.ajouter(
        Entree(
            "Demandes entre services",
            "echanges:demandes",
            lambda compte, _: compte.agent,
            13,
            compteur="echanges:demandes-en-attente",
        )
    )
    ranger(Palier("Demandes entre services", "echanges:demandes"), "echanges:demande")
    ranger(Palier("Demande n° {numero}", "echanges:demande", ("numero",)), "echanges:changer-demande")


def _demander(request: HttpRequest, numero: str) -> str | None:
    """The form, for an agent who has given a second factor; whether his service may ask is said there."""
    compte = compte_de(request)
    if compte is None or not compte.agent or request.session.get("mfa") is not True:
        return None
    return adresse_de(f"echanges:demander-{'etablissement' if est_siret(numero) else 'entreprise'}", numero)
