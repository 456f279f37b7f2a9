"""Two people answer the same item at once: the second one is told, and keeps the text typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.db.models import F, Model
from django.http import HttpRequest

from fce.droits.comptes.erreurs import DejaFait
from fce.socle.base.transitions import G, Machine
from fce.socle.web.gestes import Tentative, tenter

Saisie = TypeVar("Saisie", bound=forms.Form)


def changer(machine: Machine[Any, G], chose: Model, geste: G, version: int, quoi: str, **valeurs: Any) -> None:
    """Apply an action to an item, if it still is the version read. ``quoi``: « ce message ». Raises DejaFait."""
    siens = type(chose)._default_manager.filter(pk=chose.pk, version=version)
    if not machine.passer(siens, geste, version=F("version") + 1, **valeurs):
        raise DejaFait(
            f"Quelqu’un a traité {quoi} pendant que vous le lisiez : rien de ce que vous avez envoyé n’est enregistré. "
            "Lisez où il en est, puis recommencez s’il le faut."
        )


def faire_le_geste(
    request: HttpRequest,
    saisie: Saisie,
    repondre: Callable[[], object],
    sans_texte: Mapping[str, Callable[[], object]],
) -> tuple[Tentative, Saisie, str]:
    """Run the action asked on the page of an item: one of ``sans_texte``, or ``repondre`` with the form of an answer.
    Return what became of it, the form to show again, as not sent after a conflict, the conflict message or ""."""
    geste = request.POST.get("geste", "")
    envoye: forms.Form = forms.Form(request.POST) if geste in sans_texte else saisie
    envoi = tenter(envoye, sans_texte[geste]) if geste in sans_texte else tenter(saisie, repondre, "reponse")
    if envoi.status != DejaFait.status:
        return envoi, saisie, ""
    phrase = str(next(iter(envoye.errors.values()))[0])
    return envoi, type(saisie)(initial={nom: request.POST.get(nom, "") for nom in saisie.fields}), phrase
