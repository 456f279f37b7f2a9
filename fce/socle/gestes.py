"""A gesture behind a form: done, or said beside the field why it was not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django import forms

from fce.socle.erreurs import FCEError

FAIT: Final = 302


def tenter(formulaire: forms.Form, champ: str, faire: Callable[[], object]) -> int:
    """Do what a form asks; return ``FAIT``, else the status of a page that says beside ``champ`` why not."""
    if not formulaire.is_valid():
        return 400
    try:
        faire()
    except FCEError as erreur:
        formulaire.add_error(champ, erreur.message)
        return erreur.status
    return FAIT
