"""Two people answer the same item at once: the second one is told, and keeps the text typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django import forms

from fce.comptes.erreurs import DejaFait

Saisie = TypeVar("Saisie", bound=forms.Form)


def apres_un_geste(
    status: int, envoye: forms.Form, saisie: Saisie, poste: Mapping[str, str]
) -> tuple[int, Saisie, str]:
    """Return the status, the form to show and the conflict message ("" for none) after an action.

    ``envoye``: form of the action, with its errors. ``saisie``: form whose text must survive; on a conflict, it is
    shown again as not sent.
    """
    if status != DejaFait.status:
        return status, saisie, ""
    phrase = str(next(iter(envoye.errors.values()))[0])
    return status, type(saisie)(initial={nom: poste.get(nom, "") for nom in saisie.fields}), phrase
