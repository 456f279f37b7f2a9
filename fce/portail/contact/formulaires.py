"""Forms of a message and of its answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest

from fce.portail.conflits import apres_un_geste
from fce.portail.contact import services
from fce.portail.contact.etats import GesteAssistance, SujetAssistance
from fce.portail.models import DemandeAssistance
from fce.portail.models.assistance import MESSAGE_MAX
from fce.socle.formulaires import ChampCourriel
from fce.socle.gestes import tenter
from fce.socle.texte import lire_entier


class FormulaireAssistance(forms.Form):
    """A message to the team. ``connecte``: the author is signed in, so the form does not ask for an address."""

    sujet = forms.ChoiceField(label="Sujet", choices=SujetAssistance.choices)
    texte = forms.CharField(
        label="Votre message",
        max_length=MESSAGE_MAX,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=f"{MESSAGE_MAX} signes au plus. N’écrivez aucune donnée réservée ni le nom d’une autre personne.",
        error_messages={"required": "Écrivez votre message."},
    )
    courriel = ChampCourriel(
        label="Votre adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Elle sert à vous dire que l’équipe a répondu ; elle est effacée un an après la réponse. Exemple : "
        "prenom.nom@exemple.fr",
    )

    def __init__(self, *arguments: Any, connecte: bool, **nommes: Any) -> None:
        super().__init__(*arguments, **nommes)
        if connecte:
            del self.fields["courriel"]


class FormulaireReponse(forms.Form):
    reponse = forms.CharField(
        label="Réponse",
        max_length=MESSAGE_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Un courriel prévient l’auteur, qui la lit sur la page de son message. N’écrivez aucune donnée "
        "réservée.",
        error_messages={"required": "Écrivez la réponse."},
    )


def faire_le_geste(request: HttpRequest, demande: DemandeAssistance, par: str) -> tuple[int, FormulaireReponse, str]:
    """Run the action asked on the page of a message: take, answer, close.

    Return (``FAIT`` or the error status, the form to show again, the conflict message or "").
    """
    version, geste = lire_entier(request.POST.get("version", "")), request.POST.get("geste")
    formulaire, sans_champ = FormulaireReponse(request.POST), forms.Form(request.POST)

    def repondre() -> None:
        reponse = formulaire.cleaned_data["reponse"]
        services.repondre_a_la_demande(demande, reponse=reponse, version=version, par=par)

    sans_texte = {
        GesteAssistance.PRENDRE: services.prendre_demande,
        GesteAssistance.CLASSER: services.ranger_sans_reponse,
    }
    envoye: forms.Form = formulaire
    if geste in sans_texte:
        envoye, faire = sans_champ, sans_texte[GesteAssistance(geste)]
        status = tenter(sans_champ, NON_FIELD_ERRORS, lambda: faire(demande, version=version, par=par))
    else:
        status = tenter(formulaire, "reponse", repondre)
    return apres_un_geste(status, envoye, formulaire, request.POST)
