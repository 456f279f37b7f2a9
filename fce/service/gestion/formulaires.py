"""Forms of ``/gestion``."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from fce.droits.comptes.mandats import Mandats
from fce.service.portail.models import TEXTE_MAX, Bandeau, TexteDePage
from fce.socle.web.formulaires import ChampCourriel, ChampEntier, ChampLong
from fce.sources import registre


def producteurs_proposes() -> list[tuple[str, str]]:
    """Return the choices of a producer: (code, name), by name, or none."""
    noms = {s.producteur.code: s.producteur.nom for s in registre.toutes()}
    return [("", "–"), *sorted(noms.items(), key=lambda p: p[1])]


class FormulaireOrganisation(forms.Form):
    numero = forms.CharField(label="SIREN ou SIRET", max_length=30, help_text="SIREN : toute l’administration.")
    nom = forms.CharField(label="Nom", max_length=300)


class FormulaireNom(forms.Form):
    nom = forms.CharField(label="Nom", max_length=300)


class FormulaireEffectif(forms.Form):
    agents = ChampEntier(
        label="Agents à qui le service est destiné",
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text="Tel que l’organisation le déclare : il sert au taux de pénétration, publié dans les statistiques.",
    )


class FormulaireGroupe(forms.Form):
    nom = forms.CharField(label="Nom du groupe", max_length=200)
    courriel = ChampCourriel(
        label="Courriel du service", required=False, max_length=254, help_text="Une boîte du service, pas une personne."
    )


class FormulaireGestionnaire(forms.Form):
    courriel = ChampCourriel(
        label="Courriel professionnel du gestionnaire",
        max_length=320,
        help_text="Il doit être de cette administration ; à défaut de compte, il sera reconnu à sa première connexion.",
    )


class FormulaireFermeture(forms.Form):
    motif = forms.CharField(label="Motif", min_length=5, max_length=200)


class FormulaireMandat(forms.Form):
    role = forms.ChoiceField(label="Mandat", choices=Mandats.choices)
    perimetre = forms.ChoiceField(
        label="Producteur", required=False, help_text="Pour un mandat de dépôt seulement.", choices=producteurs_proposes
    )


class FormulaireReponseDemande(forms.Form):
    reponse = ChampLong(
        "Réponse",
        "Nécessaire pour refuser. Le demandeur la lit dans son compte ; un courriel l’en prévient.",
        required=False,
        max_length=4000,
    )


class FormulaireTextes(forms.Form):
    def __init__(self, *arguments: Any, **nommes: Any) -> None:
        super().__init__(*arguments, **nommes)
        for cle, titre in TexteDePage.Cle.choices:
            self.fields[cle] = ChampLong(titre[0].upper() + titre[1:], lignes=4, required=False, max_length=TEXTE_MAX)


_INSTANT: Final = "Écrivez l’instant comme 2026-10-31 08:30."


class _Instant(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class FormulaireBandeau(forms.Form):
    message = forms.CharField(label="Message", max_length=300)
    motif = forms.ChoiceField(label="Motif", choices=Bandeau.Motif.choices)
    niveau = forms.ChoiceField(label="Niveau", choices=Bandeau.Niveau.choices)
    debut = forms.DateTimeField(
        label="À partir du", widget=_Instant(), help_text="Heure de Paris.", error_messages={"invalid": _INSTANT}
    )
    fin = forms.DateTimeField(label="Jusqu’au", widget=_Instant(), error_messages={"invalid": _INSTANT})


class FormulaireToutRevoquer(forms.Form):
    sur = forms.BooleanField(label="Oui, terminer toutes les sessions, la mienne comprise")
