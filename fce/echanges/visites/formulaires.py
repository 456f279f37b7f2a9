"""Forms of visits: announcement, new days, answer."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms

from fce.echanges.courriels import membres_presents
from fce.echanges.formulaires import ChampNumeros, FormulaireAuNomDe, champ_jour, champ_texte
from fce.echanges.models import VisiteAnnoncee
from fce.echanges.models.visites import Creneau
from fce.echanges.visites.communes import CRENEAUX
from fce.echanges.visites.reponses import MOTIF_MAX, Reponse
from fce.echanges.visites.services import Quand, Teneur
from fce.echanges.vocabulaire import SUR_PLACE, DemiJournee, GenreInteraction, Precision, Reaction
from fce.socle.erreurs import ParametreInvalide


class FormulaireDates(forms.Form):
    """A day, or its week."""

    precision = forms.ChoiceField(
        label="Vous annoncez", choices=Precision.choices, initial=Precision.SEMAINE, widget=forms.RadioSelect
    )
    jour = champ_jour("Jour de la visite", aide="Pour une semaine : un de ses jours.")

    def quand(self) -> Quand:
        return Quand(Precision(self.cleaned_data["precision"]), self.cleaned_data["jour"])


class FormulaireDeReponse(forms.Form):
    """Answer to what crosses one's visit."""

    choix = forms.ChoiceField(label="Que faites-vous ?", choices=Reaction.choices, widget=forms.RadioSelect)
    motif = champ_texte(
        "Motif, si vous maintenez", "L’autre service le lira. N’y nommez personne.", lignes=3, longueur=MOTIF_MAX
    )
    report = champ_jour("Nouvelle date, si vous reportez", requis=False)

    def reponse(self, precision: str) -> Reponse:
        """The answer of a valid form. ``precision``: that of the visit, kept by a move. Raises ParametreInvalide."""
        jour = self.cleaned_data["report"]
        return Reponse(
            Reaction(self.cleaned_data["choix"]),
            self.cleaned_data["motif"],
            Quand(Precision(precision), jour) if jour else None,
        )


class FormulaireDeCollision(forms.Form):
    """Answer to what a visit comes to cross when it is moved."""

    prefix = "collision"
    choix = forms.ChoiceField(
        label="Que faites-vous ?",
        choices=[c for c in Reaction.choices if c[0] in (Reaction.COMMUNE, Reaction.MAINTIEN)],
        widget=forms.RadioSelect,
    )
    motif = champ_texte(
        "Motif, si vous maintenez", "L’autre service le lira. N’y nommez personne.", lignes=3, longueur=MOTIF_MAX
    )

    def clean(self) -> dict[str, Any]:
        saisis = super().clean() or {}
        if "choix" in saisis:
            try:
                self.reponse()
            except ParametreInvalide as erreur:
                self.add_error("motif", erreur.message)
        return saisis

    def reponse(self) -> Reponse:
        return Reponse(Reaction(self.cleaned_data["choix"]), self.cleaned_data.get("motif", ""))


class FormulaireCreneaux(forms.Form):
    """Up to three half-days to propose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rang in range(1, CRENEAUX + 1):
            self.fields[f"jour_{rang}"] = champ_jour(f"Date {rang}", requis=rang == 1)
            self.fields[f"moment_{rang}"] = forms.ChoiceField(
                label=f"Moment {rang}", choices=DemiJournee.choices, initial=DemiJournee.MATIN
            )

    @property
    def lignes(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each half-day."""
        return [(self[f"jour_{rang}"], self[f"moment_{rang}"]) for rang in range(1, CRENEAUX + 1)]

    def creneaux(self) -> list[Creneau]:
        saisis = [(self.cleaned_data[f"jour_{n}"], self.cleaned_data[f"moment_{n}"]) for n in range(1, CRENEAUX + 1)]
        return [(jour, DemiJournee(moment)) for jour, moment in saisis if jour is not None]


_RANGS: Final = [(n, "") for n in range(CRENEAUX)]


class FormulaireDuJour(forms.Form):
    """The rank of the half-day that is confirmed."""

    rang = forms.TypedChoiceField(choices=_RANGS, coerce=int, error_messages={"required": "Choisissez une date."})


class FormulaireDesJours(forms.Form):
    """The ranks of the half-days that suit, maybe none."""

    rangs = forms.TypedMultipleChoiceField(choices=_RANGS, coerce=int, required=False)


class FormulaireDePassage(forms.Form):
    """The colleague to whom a visit is handed over."""

    compte = forms.TypedChoiceField(label="Collègue", coerce=int)

    def __init__(self, visite: VisiteAnnoncee, aujourd_hui: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"passer_{visite.reference}_%s"} | kwargs)
        presents = membres_presents(visite.service_id, aujourd_hui)
        self.fields["compte"].choices = [(c.pk, c.nom_complet) for c in presents if c.identifiant != visite.auteur]  # type: ignore[attr-defined]


class FormulaireContenu(forms.Form):
    """Content of a visit that only its own service reads."""

    genre = forms.ChoiceField(
        label="Genre", choices=[(g.value, g.label.capitalize()) for g in SUR_PLACE], initial=GenreInteraction.VISITE
    )
    objet = champ_texte("Objet", "Pour votre service seulement.", lignes=3)

    def contenu(self) -> Teneur:
        return Teneur(self.cleaned_data["genre"], self.cleaned_data["objet"])


class FormulaireAnnonce(FormulaireAuNomDe, FormulaireContenu, FormulaireDates):
    """A visit to announce. ``vu``: crossings displayed with the form, so that nobody announces unaware of them."""

    sirets = ChampNumeros(label="Où", error_messages={"required": "Choisissez au moins un établissement."})
    vu = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    field_order = ("service", "precision", "jour", "sirets", "genre", "objet", "vu")

    def situer(self) -> tuple[int, list[str], Quand] | None:
        """(service, SIRETs, days) once chosen, even if other fields are missing; else None."""
        self.is_valid()
        saisis = self.cleaned_data
        if not {"service", "sirets", "precision", "jour"} <= set(saisis):
            return None
        return saisis["service"], list(saisis["sirets"]), self.quand()
