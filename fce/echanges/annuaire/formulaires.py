"""Forms of the directory: entry of a service, search, absence."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from fce.droits.habilitations.dossiers import departements as territoires
from fce.droits.habilitations.finalites import GROUPES
from fce.echanges.annuaire import couverture, telephones
from fce.echanges.annuaire.services import CHAMPS_MAX, MODELE_MAX, PRESENTATION_MAX, Competence
from fce.echanges.formulaires import FormulaireVersionne, champ_jour, champ_texte
from fce.echanges.models import EntreeAnnuaire
from fce.echanges.vocabulaire import NatureService, Theme
from fce.referentiels.territoires import decoupage
from fce.socle.erreurs import ParametreInvalide

_TOUT: Final = [("", "Tous")]
_NATURES: Final = [(n.value, n.label[0].upper() + n.label[1:]) for n in NatureService]
_THEMES: Final = [(t.value, t.label.capitalize()) for t in Theme]


class FormulaireAnnuaire(forms.Form):
    """Search filter; invalid values are ignored."""

    texte = forms.CharField(label="Service ou administration", required=False, max_length=100)
    departement = forms.ChoiceField(
        label="Département",
        required=False,
        choices=lambda: _TOUT + [(d.code, str(d)) for d in decoupage.departements()],
    )
    nature = forms.ChoiceField(label="Genre de service", required=False, choices=_TOUT + _NATURES)
    theme = forms.ChoiceField(label="Thème", required=False, choices=_TOUT + _THEMES)

    @property
    def filtre(self) -> dict[str, str]:
        self.is_valid()
        return {nom: dit for nom, dit in self.cleaned_data.items() if dit}


class FormulaireCompetence(FormulaireVersionne):
    nature = forms.ChoiceField(label="Genre de service", choices=_NATURES)
    territoire = forms.CharField(
        label="Territoire",
        required=False,
        max_length=2000,
        help_text="Départements ou régions, par leur nom ou leur code, séparés par des virgules ; FR pour tout.",
    )
    communes = champ_texte(
        "Communes, si votre service n’en couvre que quelques-unes",
        "Leurs codes Insee (59350 pour Lille), séparés par des espaces ; le territoire ne compte plus.",
        lignes=3,
        longueur=20_000,
    )
    themes = forms.MultipleChoiceField(
        label="Thèmes", required=False, choices=_THEMES, widget=forms.CheckboxSelectMultiple
    )
    groupes_de_donnees = forms.MultipleChoiceField(
        label="Données qu’il connaît", required=False, choices=GROUPES.items, widget=forms.CheckboxSelectMultiple
    )
    recoit_de = forms.MultipleChoiceField(
        label="Qui peut lui écrire",
        required=False,
        choices=_NATURES,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : tous les services.",
    )
    telephone = forms.CharField(
        label="Téléphone",
        required=False,
        max_length=30,
        help_text="Le standard ou la permanence du service, jamais la ligne d’une personne.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    presentation = champ_texte(
        "Présentation",
        "Ce que les autres services ont besoin de savoir. N’y nommez personne.",
        longueur=PRESENTATION_MAX,
    )
    champs = champ_texte(
        "Ce qu’il faut préciser en vous écrivant",
        f"Un par ligne, {CHAMPS_MAX} au plus : « Période », « Impôt concerné ».",
        lignes=3,
        longueur=1000,
    )
    modele = champ_texte("Modèle de demande", "Proposé à qui vous écrit.", longueur=MODELE_MAX)

    def clean_champs(self) -> tuple[str, ...]:
        return tuple(ligne.strip() for ligne in self.cleaned_data["champs"].splitlines() if ligne.strip())

    def clean_territoire(self) -> tuple[str, ...]:
        """Codes of départements, or FR. Raises ValidationError."""
        return _type(territoires.lire_lieux, self.cleaned_data["territoire"])

    def clean_telephone(self) -> str:
        """Digits of the number. Raises ValidationError."""
        return str(_type(telephones.chiffres, self.cleaned_data["telephone"]))

    def clean_communes(self) -> tuple[str, ...]:
        """INSEE codes of present communes. Raises ValidationError."""
        return _type(couverture.lire_communes, self.cleaned_data["communes"])

    def competence(self) -> Competence:
        """Content of a valid form. Raises ParametreInvalide."""
        saisis = self.cleaned_data.items()
        dit: dict[str, Any] = {nom: tuple(v) if isinstance(v, list) else v for nom, v in saisis if nom != "version"}
        return Competence(**dit)


class FormulaireAbsence(forms.Form):
    """Last day of one's absence; empty: present."""

    jusqu_au = champ_jour("Absent jusqu’au", requis=False, aide="Dernier jour compris. Rien : vous êtes là.")


def rempli(entree: EntreeAnnuaire | None) -> dict[str, Any]:
    """Initial data of the form, for an entry or for a service without one."""
    if entree is None:
        return {"version": 0, "nature": NatureService.AUTRE}
    dit = {nom: getattr(entree, nom) for nom in FormulaireCompetence.base_fields}
    ecrit = {"territoire": ", ", "communes": " ", "champs": "\n"}
    dit |= {nom: entre.join(dit[nom]) for nom, entre in ecrit.items()}
    return dit | {"telephone": telephones.ecrire(entree.telephone)}


def _type(typer: Any, texte: str) -> Any:
    try:
        return typer(texte)
    except ParametreInvalide as erreur:
        raise forms.ValidationError(erreur.message) from None
