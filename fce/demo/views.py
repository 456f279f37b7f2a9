"""The mailbox page of the demonstration."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.demo import courriels
from fce.socle.erreurs import Introuvable
from fce.socle.web.routes import Qui, acces


@acces(Qui.TOUS)
def boite(request: HttpRequest) -> HttpResponse:
    """Show the mails to anyone, since all their recipients are invented."""
    if not settings.FCE_DEMONSTRATION:
        raise Introuvable("Cette page n’existe que dans la démonstration.")
    reponse = render(request, "demo/courriels.html", {"courriels": courriels.derniers()})
    reponse["Cache-Control"] = "no-store"
    return reponse
