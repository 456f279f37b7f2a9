"""What is offered on a sheet: to send it."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from fce.comptes.requete import compte_de
from fce.socle import actions
from fce.socle.actions import ActionDeFiche
from fce.socle.identifiants import est_siret


def offrir() -> None:
    """Declare it, once, at start."""
    actions.declarer(ActionDeFiche("Envoyer à un collègue", _envoyer, 30))


def _envoyer(request: HttpRequest, numero: str) -> str | None:
    """The form, for an agent."""
    compte = compte_de(request)
    if compte is None or not compte.agent:
        return None
    return reverse(f"echanges:envoyer-{'etablissement' if est_siret(numero) else 'entreprise'}", args=[numero])
