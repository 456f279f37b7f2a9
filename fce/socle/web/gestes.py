"""Run the action of a form and show an expected error beside a field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, QueryDict

from fce.socle.erreurs import FCEError


class Tentative(NamedTuple):
    """What became of a form: ``status`` of the page that shows it again; ``rendu``: once ``fait``, what its action
    returned."""

    status: int
    fait: bool = False
    rendu: Any = None


def tenter(formulaire: forms.Form, faire: Callable[[], object], champ: str = NON_FIELD_ERRORS) -> Tentative:
    """Call ``faire`` when the form was sent and is valid; an expected error is attached to ``champ``."""
    if not formulaire.is_bound:
        return Tentative(200)
    if not formulaire.is_valid():
        return Tentative(400)
    try:
        return Tentative(302, True, faire())
    except FCEError as erreur:
        formulaire.add_error(champ, erreur.message)
        return Tentative(erreur.status)


def envoi_de(request: HttpRequest) -> QueryDict | None:
    """Return the form data of a POST, None for a page that is only shown."""
    return request.POST if request.method == "POST" else None
