"""Two people answer the same thing at once: the second one is told, and what he wrote stays under his eyes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django import forms

from fce.comptes.erreurs import DejaFait

Saisie = TypeVar("Saisie", bound=forms.Form)


def apres_un_geste(
    status: int, envoye: forms.Form, saisie: Saisie, poste: Mapping[str, str]
) -> tuple[int, Saisie, str]:
    """What a page shows after a gesture: its status, the form to show again, the phrase of a conflict, "" for none.

    ``envoye``: the form of the gesture, which says why it was not done; ``saisie``: the one whose text must not be
    lost, shown as not sent when somebody else was first.
    """
    if status != DejaFait.status:
        return status, saisie, ""
    phrase = str(next(iter(envoye.errors.values()))[0])
    return status, type(saisie)(initial={nom: poste.get(nom, "") for nom in saisie.fields}), phrase
