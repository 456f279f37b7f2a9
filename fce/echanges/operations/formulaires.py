"""Forms of operations. The services check their content again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms

from fce.droits.comptes.models import Groupe
from fce.echanges.formulaires import FormulaireAuNomDe, FormulaireVersionne, champ_jour, champ_pieces, champ_texte
from fce.echanges.interactions.formulaires import FormulaireContact
from fce.echanges.models import Cible
from fce.echanges.operations.contacts import VisiteDeCible
from fce.echanges.operations.saisies import CIBLES_MAX, SAISIE_MAX, Cadre, lire_sirets
from fce.echanges.vocabulaire import SUR_PLACE
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.formulaires import ChampLong
from fce.socle.web.references import reference


class _Sirets(forms.Form):
    """A pasted or typed list of establishments."""

    sirets = ChampLong(
        "Cibles",
        f"Un SIRET par ligne, ou séparés par des virgules ; {CIBLES_MAX} au plus. Chacun est cherché dans Sirene.",
        lignes=5,
        brut=True,
        max_length=SAISIE_MAX,
    )

    def clean_sirets(self) -> tuple[str, ...]:
        try:
            return lire_sirets(self.cleaned_data["sirets"])
        except ParametreInvalide as erreur:
            raise forms.ValidationError(erreur.message) from None


class FormulaireCadre(FormulaireVersionne):
    nom = forms.CharField(
        label="Nom de l’opération", help_text="Lu de ses seuls services. Ni entreprise, ni personne.", max_length=120
    )
    jour = champ_jour("Jour")
    heure = forms.TimeField(
        label="Heure",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "Écrivez l’heure comme 09:30."},
    )
    consignes = champ_texte("Préparation commune", "Rendez-vous, organisation, rappels : lus de tous les services.")

    @property
    def cadre(self) -> Cadre:
        """Content of a valid form."""
        dit = self.cleaned_data
        return Cadre(dit["nom"], dit["jour"], dit["consignes"], dit["heure"])


class FormulaireOperation(FormulaireAuNomDe, FormulaireCadre, _Sirets):
    """A new operation: frame, invited services, first targets."""

    invites = forms.TypedMultipleChoiceField(
        label="Services invités",
        help_text="Ils liront l’opération dès maintenant. Vous pourrez en inviter d’autres.",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, services: Iterable[Groupe], invitables: Iterable[Groupe], donnees: Any = None, **options: Any
    ) -> None:
        super().__init__(services, donnees, **options)
        del self.fields["version"]
        self.fields["sirets"].required = False
        seul = self.services[0].pk if len(self.services) == 1 else None
        proposes = [(s.pk, str(s)) for s in invitables if s.pk != seul]
        cast(forms.TypedMultipleChoiceField, self.fields["invites"]).choices = proposes
        if not proposes:
            del self.fields["invites"]
        self.order_fields(["service", "nom", "jour", "invites", "sirets", "consignes"])


class FormulaireCibles(_Sirets):
    """Establishments to add to the targets."""


class FormulaireInvitation(forms.Form):
    service = forms.TypedChoiceField(label="Service", coerce=int)

    def __init__(self, invitables: Iterable[Groupe], *arguments: Any, **options: Any) -> None:
        # Own ids: the page has another form with a field of this name.
        super().__init__(*arguments, **{"auto_id": "id_invitation_%s"} | options)
        cast(forms.TypedChoiceField, self.fields["service"]).choices = [
            ("", "Choisir un service"),
            *((s.pk, str(s)) for s in invitables),
        ]


class FormulaireNote(FormulaireAuNomDe):
    texte = champ_texte("Note", "Lue de tous les services ; elle ne se modifie plus.", lignes=3, requis=True)


class FormulairePieces(FormulaireAuNomDe):
    # A form shown again names the files that it received already.
    use_required_attribute = False
    pieces = champ_pieces()

    def __init__(self, services: Iterable[Groupe], *arguments: Any, **options: Any) -> None:
        super().__init__(services, *arguments, **{"auto_id": "id_pieces_%s"} | options)
        self.fields["pieces"].label, self.fields["pieces"].required = "Fichiers à joindre", True


class FormulaireVisites(forms.Form):
    """The targets that a service visited, each with its day, to note as contacts."""

    genre = forms.ChoiceField(
        label="Genre", choices=[(g.value, g.label) for g in SUR_PLACE], widget=forms.RadioSelect, initial=SUR_PLACE[0]
    )
    themes, themes_partages = (FormulaireContact.base_fields[nom] for nom in ("themes", "themes_partages"))

    def __init__(self, visites: Mapping[int, VisiteDeCible], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.visites = visites
        for cible, visite in self.visites.items():
            case, jour = self.champs(cible)
            self.fields[case] = forms.BooleanField(required=False, initial=visite.a_noter)
            self.fields[jour] = champ_jour("Jour de la visite", requis=False)
            self.fields[jour].initial = visite.jour

    @staticmethod
    def champs(cible: int) -> tuple[str, str]:
        """Names of the fields of a target: whether it was visited, and when."""
        dite = reference(Cible, cible)
        return f"cible_{dite}", f"jour_{dite}"

    def clean(self) -> None:
        for cible in self.cochees():
            jour = self.champs(cible)[1]
            if self.cleaned_data.get(jour) is None:
                self.add_error(jour, "Donnez la date de cette visite.")

    def cochees(self) -> list[int]:
        """Targets ticked."""
        return [cible for cible in self.visites if self.cleaned_data.get(self.champs(cible)[0])]

    @property
    def jours(self) -> dict[int, date]:
        """{target ticked: its day}."""
        return {cible: self.cleaned_data[self.champs(cible)[1]] for cible in self.cochees()}


class FormulairePreparation(FormulaireVersionne):
    preparation = champ_texte("Préparation")
    roles = champ_texte("Qui fait quoi", "Par service : n’écrivez le nom d’aucune personne.")


class FormulaireConstat(FormulaireAuNomDe, FormulaireVersionne):
    texte = champ_texte("Constat", "Lu de votre service seul, sauf si vous le partagez.", requis=True)
    partage = forms.BooleanField(
        label="Partager avec les services de l’opération",
        help_text="Ceux qui y participent, et qui y participeront, le liront.",
        required=False,
    )


class FormulaireBilan(FormulaireVersionne):
    """The closing report."""

    bilan = champ_texte(
        "Bilan", "Ce qui a été fait, en quelques phrases : aucune personne, aucun contenu judiciaire.", requis=True
    )
