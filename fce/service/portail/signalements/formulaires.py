"""Forms of an error report and of its answer."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest

from fce.service.portail import conflits
from fce.service.portail.models import TEXTE_MAX, Signalement
from fce.service.portail.signalements import services
from fce.service.portail.signalements.etats import ISSUES, GesteSignalement
from fce.service.portail.signalements.selectors import proposees
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.formulaires import ChampLong
from fce.socle.web.gestes import Tentative, envoi_de


class FormulaireSignalement(forms.Form):
    """A report. ``source``, ``siret``, ``regle``: data set, establishment, contradiction that the reader came from."""

    rubrique = forms.ChoiceField(label="Rubrique", choices=lambda: list(proposees().items()))
    texte = ChampLong(
        "Ce qui est faux",
        f"Dites ce que la fiche montre et ce qu’elle devrait montrer, en {TEXTE_MAX} signes au plus. "
        "N’écrivez aucune donnée réservée ni le nom d’une personne.",
        lignes=6,
        max_length=TEXTE_MAX,
        min_length=10,
        error_messages={"required": "Dites ce qui est faux."},
    )
    source = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    siret = forms.CharField(required=False, max_length=14, widget=forms.HiddenInput)
    regle = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)


class FormulaireSuite(forms.Form):
    issue = forms.ChoiceField(
        label="Issue",
        choices=[(str(geste), libelle) for geste, libelle in ISSUES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez l’issue."},
    )
    reponse = ChampLong(
        "Réponse",
        "L’auteur la lit dans « Mes signalements » ; un courriel l’en prévient. N’écrivez aucune donnée "
        "réservée ni le nom d’une personne.",
        lignes=5,
        max_length=TEXTE_MAX,
        error_messages={"required": "Écrivez la réponse : l’auteur la lira dans « Mes signalements »."},
    )


def faire_le_geste(request: HttpRequest, signalement: Signalement, par: str) -> tuple[Tentative, FormulaireSuite, str]:
    """Run the action asked on the page of a report: take in charge, or answer. Returns as ``conflits``."""
    commun: dict[str, Any] = {"version": lire_entier(request.POST.get("version", "")), "par": par}
    formulaire = FormulaireSuite(envoi_de(request))

    def repondre() -> None:
        dits = formulaire.cleaned_data
        services.repondre(signalement, GesteSignalement(dits["issue"]), reponse=dits["reponse"], **commun)

    prendre = partial(services.prendre_en_charge, signalement, **commun)
    return conflits.faire_le_geste(request, formulaire, repondre, {GesteSignalement.PRENDRE: prendre})
