"""Forms of the agreement; the services check the values again."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final, cast

from django import forms
from django.db import models

from fce.echanges.formulaires import champ_jour
from fce.service.convention.models import Avenant, Convention, Ecriture, Marche
from fce.service.convention.montants import centimes, en_euros, euros
from fce.service.convention.services import IMPUTATION
from fce.service.convention.vocabulaire import GenreEcriture, NatureDepense, NatureFormalite, TitreBudgetaire
from fce.socle.web.formulaires import ChampDecimal, ChampEntier, ChampLong

_MAX: Final = Decimal("9999999999.99")
_PERSONNE: Final = "Ne nommez personne : ce texte est gardé sans limite de durée."
_AIDES: Final = {
    "role_delegant": "Ce qu’il fait dans la convention : « responsable du programme 352 », par exemple.",
    "controleur_delegant": "À qui va une copie de chaque avenant.",
    "controleur_delegataire": "À qui va une copie de chaque avenant.",
    "domaine_fonctionnel": "Programme, action et sous-action : « 0352-01 », par exemple.",
}


class ChampEuros(ChampDecimal):
    """An amount typed in euros, at most two decimals, converted to cents."""

    def __init__(self, label: str, *, zero: bool = False, help_text: str = "", initial: int | None = None) -> None:
        super().__init__(
            label=label,
            help_text=help_text or "En euros, au centime près : 1234,56.",
            min_value=Decimal(0) if zero else Decimal("0.01"),
            max_value=_MAX,
            decimal_places=2,
            initial=None if initial is None else en_euros(initial),
            localize=True,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "invalid": "Écrivez un montant comme 1234,56.",
                "required": "Donnez le montant.",
                "min_value": "Le montant est d’au moins un centime.",
                "max_decimal_places": "Un montant s’arrête au centime.",
            },
        )

    def clean(self, value: Any) -> Any:
        typee = value.replace("\u202f", "").replace("\u00a0", "").replace(" ", "") if isinstance(value, str) else value
        montant = super().clean(typee)
        return None if montant is None else centimes(montant)


def _texte(libelle: str, longueur: int, aide: str = "", *, requis: bool = True) -> forms.CharField:
    return forms.CharField(label=libelle, max_length=longueur, help_text=aide, required=requis)


class FormulaireImputation(forms.Form):
    """Names and references of an agreement, as in Chorus."""

    def __init__(self, *arguments: Any, **nommes: Any) -> None:
        super().__init__(*arguments, **nommes)
        propres, self.fields = self.fields, type(self.fields)()
        for nom in IMPUTATION:
            champ = cast("models.CharField[str, str]", Convention._meta.get_field(nom))
            libelle = str(champ.verbose_name)
            self.fields[nom] = _texte(
                libelle[0].upper() + libelle[1:], champ.max_length or 200, _AIDES.get(nom, ""), requis=not champ.blank
            )
        self.fields.update(propres)


class FormulaireCorrection(FormulaireImputation):
    """The same, to correct; ``vue``: ``empreinte_de`` of the version shown."""

    vue = forms.CharField(widget=forms.HiddenInput, max_length=16)


class FormulaireConvention(FormulaireImputation):
    ae = ChampEuros("Autorisations d’engagement (AE)")
    cp = ChampEuros("Crédits de paiement (CP)")
    debut = champ_jour("Prend effet le")
    fin = champ_jour("Prend fin le")
    preavis_mois = ChampEntier(label="Préavis, en mois", min_value=0, max_value=24, initial=3)


class FormulaireEcriture(forms.Form):
    """A ledger entry of one kind. Only an engagement has nature, title and market; the following entries take those of
    their engagement."""

    montant = ChampEuros("Montant")
    jour = champ_jour("Date")
    piece = _texte("Pièce justificative", 100, "Numéro du bon de commande, du procès-verbal, de la facture…")
    chorus = _texte("Référence Chorus", 40, "Numéro de l’engagement juridique, du service fait ou du paiement.")

    def __init__(
        self,
        genre: GenreEcriture,
        engagements: Iterable[Ecriture],
        marches: Iterable[Marche],
        *arguments: Any,
        **nommes: Any,
    ) -> None:
        super().__init__(*arguments, **nommes)
        if genre == GenreEcriture.ENGAGEMENT:
            self.fields["nature"] = forms.ChoiceField(label="Nature de la dépense", choices=NatureDepense.choices)
            self.fields["titre"] = forms.TypedChoiceField(
                label="Titre",
                coerce=int,
                choices=TitreBudgetaire.choices,
                initial=TitreBudgetaire.FONCTIONNEMENT,
                help_text="Le titre 2 n’est pas admis par la convention.",
            )
            self.fields["marche"] = forms.TypedChoiceField(
                label="Marché",
                coerce=int,
                empty_value=None,
                required=False,
                choices=[("", "Hors marché inscrit"), *((m.pk, str(m)) for m in marches)],
                help_text="La commande se date pendant le marché.",
            )
        elif genre != GenreEcriture.RECETTE:
            self.fields["engagement"] = forms.TypedChoiceField(
                label="Engagement",
                coerce=int,
                choices=[("", "Choisissez un engagement"), *((e.pk, _engagement(e)) for e in engagements)],
            )
            self.order_fields(["engagement"])


def _engagement(ligne: Ecriture) -> str:
    return f"n° {ligne.pk} – {ligne.get_nature_display()} – {ligne.chorus} – {euros(ligne.montant)}"


class FormulaireAnnulation(forms.Form):
    montant = ChampEuros("Montant à annuler")
    jour = champ_jour("Date")
    piece = _texte("Pièce justificative", 100)


class FormulaireMarche(forms.Form):
    reference = _texte("Référence", 60)
    intitule = _texte("Intitulé", 200)
    titulaire = _texte("Titulaire", 200)
    debut = champ_jour("Commence le")
    fin = champ_jour("Finit le")


class FormulaireAvenant(forms.Form):
    """An avenant: full amounts and term from a day on, not differences."""

    objet = _texte("Objet", 300)
    signe_le = champ_jour("Signé le")
    effet_le = champ_jour("Prend effet le")
    ae = ChampEuros("Autorisations d’engagement (AE)", help_text="Le montant entier, non la différence.")
    cp = ChampEuros("Crédits de paiement (CP)", help_text="Le montant entier, non la différence.")
    fin = champ_jour("Terme de la convention")


class FormulaireFormalite(forms.Form):
    nature = forms.ChoiceField(label="Formalité", choices=NatureFormalite.choices)
    jour = champ_jour("Faite le")
    objet = _texte("Objet", 300, "De quoi il s’agit, ou où c’est publié.")
    avenant = forms.ModelChoiceField(
        label="Avenant",
        queryset=Avenant.objects.none(),
        required=False,
        help_text="Pour une copie d’avenant seulement.",
        empty_label="Aucun",
        error_messages={"invalid_choice": "Choisissez un avenant de cette convention."},
    )

    def __init__(self, convention: Convention, *arguments: Any, **nommes: Any) -> None:
        super().__init__(*arguments, **nommes)
        cast(forms.ModelChoiceField, self.fields["avenant"]).queryset = Avenant.objects.filter(convention=convention)


class FormulairePrevision(forms.Form):
    mois = champ_jour("Mois", aide="N’importe quel jour du mois.")
    nature = forms.ChoiceField(label="Nature", choices=NatureDepense.choices)
    ae = ChampEuros("Engagements prévus", zero=True)
    cp = ChampEuros("Paiements prévus", zero=True)


class FormulaireAvancement(forms.Form):
    nature = forms.ChoiceField(label="Nature", choices=NatureDepense.choices)
    jour = champ_jour("Au")
    part = ChampEntier(label="Part réalisée, en %", min_value=0, max_value=100)
    fait = ChampLong("Ce qui est fait", _PERSONNE, lignes=4, max_length=2000)


class FormulairePreavis(forms.Form):
    donne_le = champ_jour("Préavis donné le")
    par_qui = _texte("Donné par", 200, "La partie qui met fin à la convention.")


class FormulaireComitePrevu(forms.Form):
    prevu_le = champ_jour("Prévu le")


class FormulaireComite(forms.Form):
    tenu_le = champ_jour("Tenu le")
    presidence = _texte("Présidé par", 200)
    participants = ChampLong("Participants", lignes=4, max_length=2000)
    decision = ChampLong("Décision", lignes=4, max_length=2000)


class FormulaireDecisionAttendue(forms.Form):
    question = _texte("Question à trancher", 300, _PERSONNE)


class FormulaireDecisionPrise(forms.Form):
    reponse = _texte("Décision", 300, _PERSONNE)
    prise_le = champ_jour("Prise le")


class FormulaireEnvoiDAvis(forms.Form):
    envoye_le = champ_jour("Envoyé le")
