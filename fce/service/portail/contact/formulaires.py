"""Forms of a message and of its answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest

from fce.service.portail import conflits
from fce.service.portail.contact import services
from fce.service.portail.contact.etats import GesteAssistance, SujetAssistance
from fce.service.portail.models import DemandeAssistance
from fce.service.portail.models.assistance import MESSAGE_MAX
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.formulaires import ChampCourriel, ChampLong
from fce.socle.web.gestes import Tentative, envoi_de


class FormulaireAssistance(forms.Form):
    """A message to the team. ``connecte``: the author is signed in, so the form does not ask for an address."""

    sujet = forms.ChoiceField(label="Sujet", choices=SujetAssistance.choices)
    texte = ChampLong(
        "Votre message",
        f"{MESSAGE_MAX} signes au plus. N’écrivez aucune donnée réservée ni le nom d’une autre personne.",
        lignes=8,
        max_length=MESSAGE_MAX,
        min_length=10,
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
    reponse = ChampLong(
        "Réponse",
        "Un courriel prévient l’auteur, qui la lit sur la page de son message. N’écrivez aucune donnée réservée.",
        lignes=8,
        max_length=MESSAGE_MAX,
        error_messages={"required": "Écrivez la réponse."},
    )


def faire_le_geste(
    request: HttpRequest, demande: DemandeAssistance, par: str
) -> tuple[Tentative, FormulaireReponse, str]:
    """Run the action asked on the page of a message: take, answer, close. Returns as ``conflits``."""
    commun: dict[str, Any] = {"version": lire_entier(request.POST.get("version", "")), "par": par}
    formulaire = FormulaireReponse(envoi_de(request))

    def repondre() -> None:
        services.repondre_a_la_demande(demande, reponse=formulaire.cleaned_data["reponse"], **commun)

    sans_texte: dict[str, Callable[[], object]] = {
        GesteAssistance.PRENDRE: partial(services.prendre_demande, demande, **commun),
        GesteAssistance.CLASSER: partial(services.ranger_sans_reponse, demande, **commun),
    }
    return conflits.faire_le_geste(request, formulaire, repondre, sans_texte)
