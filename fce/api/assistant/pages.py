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

_AIDE = "3 à 60 lettres sans accent, chiffres, points, tirets ou barres, dont un chiffre ; écrit dans le journal."
_FAUX = {"invalid": _AIDE}


class FormulaireDAccord(forms.Form):
    finalite = forms.ChoiceField(label="Finalité")
    reference = forms.RegexField(REFERENCE_DE_DOSSIER, label="Numéro du dossier", help_text=_AIDE, error_messages=_FAUX)

    def __init__(self, donnees: Any, finalites: list[tuple[str, str]]) -> None:
        super().__init__(donnees)
        self.fields["finalite"].choices = finalites  # type: ignore[attr-defined]


@acces(Qui.AGENT, ("GET", "POST"))
def liste(request: RequeteConnectee) -> HttpResponse:
    if request.method == "POST":
        assistants.couper(request.compte, request.POST.get("client", ""), coupe=request.POST.get("geste") == "couper")
        return redirect("assistants:liste")
    return render(request, "api/assistants.html", {"assistants": assistants.de(request.compte)})


@acces(Qui.AGENT, ("GET", "POST"))
def accord(request: RequeteConnectee) -> HttpResponse:
    """What an assistant asks to read, and for what; nothing of the data is shown here."""
    appel = assistants.appel_de(request.compte, request.GET.get("demande", ""))
    lecteur = lecteur_de(request)
    finalites = [(f.code, f.libelle) for f in possibles(lecteur.acteur, lecteur)]
    formulaire = FormulaireDAccord(request.POST or None, finalites)
    if donne := request.method == "POST" and formulaire.is_valid():
        assistants.accorder(appel, **formulaire.cleaned_data)
    dit: dict[str, Any] = {"appel": appel, "formulaire": formulaire, "donne": donne}
    dit |= {"decision": settings.FCE_MCP.clients.get(appel.client), "outil": outils()[appel.outil]["title"]}
    return render(request, "api/accord.html", dit, status=400 if formulaire.errors else 200)
