"""What agents fill in about what they follow."""

from __future__ import annotations

from django import forms

from fce.echanges.suivis.services import NOM_MAX
from fce.echanges.vocabulaire import Rythme


class FormulaireRythme(forms.Form):
    """How often one is written to."""

    rythme = forms.ChoiceField(
        label="Recevoir un courriel",
        help_text="Il dit combien de choses ont changé, et donne un lien : rien d’autre.",
        choices=[(r.value, r.label.capitalize()) for r in Rythme],
        widget=forms.Select,
    )


class FormulaireNomDeRecherche(forms.Form):
    """The name of a search to follow, for its owner alone."""

    nom = forms.CharField(
        label="Nom de cette recherche", help_text="Pour vous seul, dans « Mes suivis ».", max_length=NOM_MAX
    )
