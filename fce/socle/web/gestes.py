"""Run the action of a form and show an expected error beside a field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django import forms
from django.http import HttpRequest, QueryDict

from fce.socle.erreurs import FCEError

FAIT: Final = 302


def tenter(formulaire: forms.Form, champ: str, faire: Callable[[], object]) -> int:
    """Call ``faire`` when the form is valid. Return ``FAIT``, else the HTTP status of the page to show again, with the
    error attached to ``champ``."""
    if not formulaire.is_valid():
        return 400
    try:
        faire()
    except FCEError as erreur:
        formulaire.add_error(champ, erreur.message)
        return erreur.status
    return FAIT


def envoi_de(request: HttpRequest) -> QueryDict | None:
    """Return the form data of a POST, None for a page that is only shown."""
    return request.POST if request.method == "POST" else None


def tenter_l_envoi(request: HttpRequest, formulaire: forms.Form, champ: str, faire: Callable[[], object]) -> int:
    """``tenter`` for a form that was sent; 200 when the page is only shown."""
    return tenter(formulaire, champ, faire) if request.method == "POST" else 200
