"""The page to send a sheet, and the one that its recipient reads."""

from __future__ import annotations

import uuid

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.dossiers.selectors import appartenances_tenues
from fce.echanges.envois.services import envoyer_fiche, lire_fiche_envoyee
from fce.echanges.models.envois import MOT_MAX
from fce.echanges.unites import unite_visee
from fce.socle.web.faits import revenir
from fce.socle.web.formulaires import ChampCourriel
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.routes import Qui, acces


class FormulaireEnvoi(forms.Form):
    courriel = ChampCourriel(
        label="Adresse électronique de votre collègue",
        max_length=320,
        help_text="Celle avec laquelle il se connecte ici.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    mot = forms.CharField(label="Pourquoi vous la lui envoyez", max_length=MOT_MAX, help_text="Lui seul le lira.")


@acces(Qui.AGENT, ("GET", "POST"))
def envoyer(request: RequeteConnectee, numero: str) -> HttpResponse:
    """Send a company's or establishment's sheet to another agent."""
    unite = unite_visee(numero)
    formulaire = FormulaireEnvoi(envoi_de(request))

    def faire() -> None:
        dit = formulaire.cleaned_data
        envoyer_fiche(request.compte, dit["courriel"], unite, dit["mot"])

    envoi = tenter(formulaire, faire)
    if envoi.fait:
        return revenir(unite.fiche, "fiche-envoyee")
    contexte = {"unite": unite, "formulaire": formulaire}
    return render(request, "echanges/envoyer.html", contexte, status=envoi.status)


@acces(Qui.AGENT)
def fiche_envoyee(request: RequeteConnectee, cle: uuid.UUID) -> HttpResponse:
    """Who sent a sheet to the reader, which one, and why."""
    recue = lire_fiche_envoyee(request.compte, cle)
    contexte = {
        "recue": recue,
        "services": [str(tenue.groupe) for tenue in appartenances_tenues(recue.de)],
        "unite": unite_visee(recue.numero),
    }
    return render(request, "echanges/fiche_envoyee.html", contexte)
