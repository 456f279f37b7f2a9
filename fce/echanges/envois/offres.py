"""What is offered on a sheet: to send it."""

from __future__ import annotations

from django.http import HttpRequest

from fce.comptes.requete import compte_de
from fce.socle import actions
from fce.socle.actions import ActionDeFiche
from fce.socle.identifiants import est_siret
from fce.socle.liens import adresse_de


def offrir() -> None:
    """Declare it, once, at start."""
    actions.declarer(ActionDeFiche("Envoyer à un collègue", _envoyer, 30))


def _envoyer(request: HttpRequest, numero: str) -> str | None:
    """The form, for an agent."""
    compte = compte_de(request)
    if compte is None or not compte.agent:
        return None
    return adresse_de(f"echanges:envoyer-{'etablissement' if est_siret(numero) else 'entreprise'}", numero)
