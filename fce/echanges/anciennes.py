"""Addresses with a number, as mails and bookmarks of before references hold them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from fce.droits.comptes.requete import RequeteConnectee
from fce.socle.web.routes import Qui, acces


@acces(Qui.AGENT)
def ancienne_adresse(request: RequeteConnectee, numero: int, liste: str) -> HttpResponse:
    """The list where the row is, the same whatever the number: opening it would give the number of one's own rows."""
    return redirect(f"echanges:{liste}")
