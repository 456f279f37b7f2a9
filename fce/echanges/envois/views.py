"""The page to send a sheet."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from fce.comptes.requete import RequeteConnectee
from fce.echanges.envois.services import envoyer_fiche
from fce.echanges.unites import unite_visee
from fce.socle.faits import revenir
from fce.socle.formulaires import ChampCourriel
from fce.socle.gestes import FAIT, tenter
from fce.socle.routes import Qui, acces


class FormulaireEnvoi(forms.Form):
    courriel = ChampCourriel(
        label="Adresse électronique de votre collègue",
        max_length=320,
        help_text="Celle avec laquelle il se connecte ici.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


@acces(Qui.AGENT, ("GET", "POST"))
def envoyer(request: RequeteConnectee, numero: str) -> HttpResponse:
    """Send the link of a company's or establishment's sheet to another agent."""
    unite = unite_visee(numero)
    formulaire = FormulaireEnvoi(request.POST or None)
    statut = 200
    if request.method == "POST":
        statut = tenter(
            formulaire, "courriel", lambda: envoyer_fiche(request.compte, formulaire.cleaned_data["courriel"], unite)
        )
        if statut == FAIT:
            return revenir(unite.fiche, "fiche-envoyee")
    contexte = {"unite": unite, "formulaire": formulaire}
    return render(request, "echanges/envoyer.html", contexte, status=statut)
