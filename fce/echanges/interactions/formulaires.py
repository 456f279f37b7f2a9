"""Forms of contacts: one contact, the list of a service, the import of its history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from fce.droits.comptes.models import Groupe
from fce.echanges.formulaires import (
    ChampNumeros,
    ChampPieces,
    ChampReference,
    ChampServices,
    ChampSirenOuSiret,
    FormulaireAuNomDe,
    champ_confirmation,
    champ_jour,
    champ_pieces,
    champ_texte,
)
from fce.echanges.interactions.services import SUITE_MAX, SaisieContact
from fce.echanges.interactions.textes import AVERTISSEMENT
from fce.echanges.models import VisiteAnnoncee
from fce.echanges.models.commun import TRENTE_SIX_MOIS
from fce.echanges.vocabulaire import GenreInteraction, Theme
from fce.socle.web.formulaires import ChampEntier


class RadioSelect(forms.RadioSelect):
    """Autofocus on the chosen option, so that a visit is written in three keystrokes. Templates rely on the class
    name."""

    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        """One option; autofocus when selected."""
        option: dict[str, Any] = super().create_option(*args, **options)
        if option["selected"]:
            option["attrs"]["autofocus"] = True
        return option


class FormulaireContact(FormulaireAuNomDe):
    a_confirmer = False
    genre = forms.ChoiceField(
        label="Genre", choices=GenreInteraction.choices, widget=RadioSelect, initial=GenreInteraction.VISITE
    )
    jour = champ_jour("Date")
    sirets = ChampNumeros(label="Établissements", error_messages={"required": "Choisissez au moins un établissement."})
    themes = forms.MultipleChoiceField(
        label="Thèmes", required=False, choices=Theme.choices, widget=forms.CheckboxSelectMultiple
    )
    themes_partages = forms.BooleanField(label="Dire ces thèmes aux autres services", required=False)
    suite = forms.CharField(label="Suite prévue", required=False, max_length=SUITE_MAX)
    suite_le = champ_jour("Suite prévue le", requis=False)
    note = champ_texte("Note", AVERTISSEMENT, lignes=5)
    pieces = champ_pieces()
    partages = ChampServices(label="Services qui liront aussi ce contenu", required=False)
    confirme = champ_confirmation()
    version = ChampEntier(required=False, widget=forms.HiddenInput)
    visite = ChampReference(VisiteAnnoncee)

    def __init__(self, services: Iterable[Groupe], aujourd_hui: date, *args: Any, **options: Any) -> None:
        super().__init__(services, *args, **options)
        jour = self.fields["jour"]
        jour.initial = aujourd_hui
        jour.widget.attrs |= {"max": aujourd_hui.isoformat(), "min": (aujourd_hui - TRENTE_SIX_MOIS).isoformat()}

    def saisie(self, siren: str) -> SaisieContact:
        saisi = self.cleaned_data
        dit = {nom: saisi[nom] for nom in ("sirets", "genre", "jour", "themes_partages", "suite", "suite_le", "note")}
        return SaisieContact(siren, themes=tuple(saisi["themes"]), partages=frozenset(saisi["partages"]), **dit)


class FormulaireFiltre(FormulaireAuNomDe):
    """Filter of a service's contacts."""

    depuis = champ_jour("Du", requis=False)
    jusqu_a = champ_jour("Au", requis=False)
    genre = forms.ChoiceField(label="Genre", required=False, choices=[("", "tous"), *GenreInteraction.choices])
    numero = ChampSirenOuSiret(label="SIREN ou SIRET", required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["service"].required = False

    def clean_service(self) -> int:
        """The service chosen; 0 for none: the page then shows the first."""
        return int(self.cleaned_data["service"] or 0)

    @property
    def filtre(self) -> dict[str, Any]:
        """The filter; invalid values are ignored."""
        saisi = self.cleaned_data if self.is_valid() else {}
        return {nom: saisi[nom] for nom in ("depuis", "jusqu_a", "genre", "numero") if saisi.get(nom)}


class FormulaireReprise(FormulaireAuNomDe):
    """The file of a service's history."""

    fichier = ChampPieces(label="Fichier csv", help_text="UTF-8, points-virgules, 5 Mo et 20 000 lignes au plus.")
