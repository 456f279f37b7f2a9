"""« Mes assistants »: what they read for me, cutting one; and the page where I let one read once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render

from fce.api.assistant.outils import outils
from fce.api.lecteurs import REFERENCE_DE_DOSSIER
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations import assistants
from fce.droits.habilitations.requete import lecteur_de
from fce.fiche.lecture.finalites import possibles
from fce.socle.web.routes import Qui, acces


class FormulaireDAccord(forms.Form):
    finalite = forms.ChoiceField(label="Finalité")
    reference = forms.RegexField(
        REFERENCE_DE_DOSSIER,
        label="Numéro du dossier",
        help_text="3 à 60 lettres sans accent, chiffres, points, tirets ou barres, dont un chiffre. Il est écrit dans "
        "le journal.",
        error_messages={"invalid": "Donnez le numéro du dossier, sans nom de personne."},
    )

    def __init__(self, *arguments: Any, finalites: list[tuple[str, str]], **nommes: Any) -> None:
        super().__init__(*arguments, **nommes)
        self.fields["finalite"].choices = finalites  # type: ignore[attr-defined]


@acces(Qui.AGENT)
def liste(request: RequeteConnectee) -> HttpResponse:
    return render(request, "api/assistants.html", {"assistants": assistants.de(request.compte)})


@acces(Qui.AGENT, ("POST",))
def couper(request: RequeteConnectee) -> HttpResponse:
    assistants.couper(request.compte, request.POST.get("client", ""))
    return redirect("assistants:liste")


@acces(Qui.AGENT, ("POST",))
def retablir(request: RequeteConnectee) -> HttpResponse:
    assistants.retablir(request.compte, request.POST.get("client", ""))
    return redirect("assistants:liste")


@acces(Qui.AGENT, ("GET", "POST"))
def accord(request: RequeteConnectee) -> HttpResponse:
    """What an assistant asks to read, and for what; nothing of the data is shown here."""
    appel = assistants.appel_de(request.compte, request.GET.get("demande", ""))
    lecteur = lecteur_de(request)
    finalites = [(f.code, f.libelle) for f in possibles(lecteur.acteur, lecteur)]
    formulaire = FormulaireDAccord(request.POST or None, finalites=finalites)
    donne = request.method == "POST" and formulaire.is_valid()
    if donne:
        assistants.accorder(appel, formulaire.cleaned_data["finalite"], formulaire.cleaned_data["reference"])
    contexte = {
        "appel": appel,
        "outil": outils()[appel.outil]["title"],
        "decision": settings.FCE_MCP.clients.get(appel.client, ""),
        "formulaire": formulaire,
        "habilite": bool(finalites),
        "donne": donne,
    }
    return render(request, "api/accord.html", contexte, status=400 if formulaire.errors else 200)
