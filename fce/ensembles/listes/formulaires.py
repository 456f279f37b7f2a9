"""Forms of lists. The services check their content again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet

from fce.droits.comptes.models import Groupe
from fce.echanges.formulaires import FormulaireVersionne, champ_texte
from fce.ensembles.listes.colonnes import COLONNES
from fce.ensembles.listes.models import NOM_MAX, NOTE_DE_LIGNE_MAX, EtatLigne, ListeDeTravail, Partage
from fce.ensembles.listes.saisies import AJOUT_MAX, COLLAGE_MAX, lire_etiquettes, lire_numeros
from fce.ensembles.listes.selectors import OUVERTURES, TRIS_DE_LISTE, FiltreDeListe
from fce.referentiels import territoires
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import nombre
from fce.socle.web.formulaires import ChampLong
from fce.socle.web.references import numero_de

MOI: Final = "moi"
CHOIX_ILLISIBLE: Final = (
    "Un filtre de ce choix n’existe pas : revenez à la liste, choisissez à nouveau, puis recommencez."
)


class FormulaireCadreDeListe(forms.Form):
    """Name, tags and note of a list."""

    nom = forms.CharField(
        label="Nom de la liste", help_text="Lu de vous, ou de votre service, seuls.", max_length=NOM_MAX
    )
    etiquettes = forms.CharField(
        label="Étiquettes",
        help_text="Séparées par des virgules : elles retrouvent la liste parmi les autres.",
        max_length=400,
        required=False,
    )
    note = champ_texte("Note", "À quoi elle sert, comment la travailler.", lignes=3)

    def clean_etiquettes(self) -> tuple[str, ...]:
        try:
            return lire_etiquettes(self.cleaned_data["etiquettes"])
        except ParametreInvalide as erreur:
            raise forms.ValidationError(erreur.message) from None


class FormulaireNumeros(forms.Form):
    """SIRENs and SIRETs to add; ``non_reconnues``: what was pasted with them and is neither."""

    non_reconnues: tuple[str, ...] = ()
    numeros = ChampLong(
        "Numéros",
        f"Un SIREN ou un SIRET par ligne, ou séparés par des virgules ; {nombre(AJOUT_MAX)} au plus à la "
        "fois. Ce qui n’en est pas un reste écrit dans la liste.",
        lignes=6,
        brut=True,
        max_length=COLLAGE_MAX,
    )

    def clean_numeros(self) -> tuple[str, ...]:
        try:
            numeros, self.non_reconnues = lire_numeros(self.cleaned_data["numeros"])
        except ParametreInvalide as erreur:
            raise forms.ValidationError(erreur.message) from None
        return numeros


class FormulaireDeProprietaire(forms.Form):
    """Whose a new list is: the reader's alone, or that of one of his services."""

    pour = forms.ChoiceField(label="Qui la lit", widget=forms.RadioSelect, initial=MOI)

    def __init__(self, services: Iterable[Groupe], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        siens = [(str(s.pk), f"Mon service : {s}") for s in services]
        cast(forms.ChoiceField, self.fields["pour"]).choices = [(MOI, "Moi seul"), *siens]

    @property
    def service(self) -> int | None:
        """The service of a valid form, None for a personal list."""
        pour = self.cleaned_data["pour"] or MOI
        return None if pour == MOI else int(pour)

    @property
    def cadre(self) -> dict[str, Any]:
        """Whose the list of a valid form is, its name, tags and note."""
        return {"service": self.service} | {nom: self.cleaned_data[nom] for nom in ("nom", "etiquettes", "note")}


class FormulaireNouvelleListe(FormulaireDeProprietaire, FormulaireCadreDeListe, FormulaireNumeros):
    """A new list: whose it is, its frame, its first lines."""

    field_order = ("nom", "pour", "numeros", "etiquettes", "note")

    def __init__(self, services: Iterable[Groupe], *arguments: Any, **options: Any) -> None:
        super().__init__(services, *arguments, **options)
        self.fields["numeros"].required = False


class FormulaireModificationDeListe(FormulaireCadreDeListe, FormulaireVersionne):
    """The frame of a list, to change."""


class FormulairePartage(forms.Form):
    """The service that a list is shared with, and what it may do."""

    service = forms.ModelChoiceField(Groupe.objects.none(), label="Service", empty_label="Choisissez un service")
    droit = forms.ChoiceField(label="Il peut", choices=Partage.choices, widget=forms.RadioSelect, initial="lecture")

    def __init__(self, services: QuerySet[Groupe], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        cast("forms.ModelChoiceField[Groupe]", self.fields["service"]).queryset = services


class FormulaireLigne(FormulaireVersionne):
    """State and note of a line."""

    etat = forms.ChoiceField(
        label="Traitement",
        choices=[(e.value, e.label.capitalize()) for e in EtatLigne],
        widget=forms.RadioSelect,
    )
    note = ChampLong("Note", max_length=NOTE_DE_LIGNE_MAX, required=False)


class FormulaireFiltreDeListe(forms.Form):
    """Filters, order and columns of a page of a list."""

    etat = forms.ChoiceField(
        label="Traitement",
        choices=[("", "Tous"), *((e.value, e.label.capitalize()) for e in EtatLigne)],
        required=False,
    )
    ouverture = forms.ChoiceField(label="Situation", choices=[("", "Toutes"), *OUVERTURES.items()], required=False)
    departement = forms.ChoiceField(
        label="Département",
        choices=lambda: [("", "Tous"), *((d.code, str(d)) for d in territoires.departements())],
        required=False,
    )
    tri = forms.ChoiceField(label="Trier par", choices=list(TRIS_DE_LISTE.items()), required=False)
    colonnes = forms.MultipleChoiceField(
        label="Colonnes",
        choices=[(cle, colonne.titre) for cle, colonne in COLONNES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    @property
    def filtre(self) -> FiltreDeListe:
        """The filter asked for. Raises ParametreInvalide when a value is unknown: without it, a gesture or a file would
        take the whole list."""
        if not self.is_valid():
            raise ParametreInvalide(CHOIX_ILLISIBLE)
        dit = self.cleaned_data
        return FiltreDeListe(dit["etat"], dit["ouverture"], dit["departement"], dit["tri"] or "ajout")


class FormulaireChoixDeListe(FormulaireDeProprietaire):
    """The list to add to: one of mine, the last one by default, or a new one."""

    liste = forms.ChoiceField(label="Liste", required=False)
    nom = forms.CharField(label="Nom de la nouvelle liste", max_length=NOM_MAX, required=False)
    pour = forms.ChoiceField(label="Qui lit la nouvelle liste", widget=forms.RadioSelect, initial=MOI, required=False)
    field_order = ("liste", "nom", "pour")

    def __init__(
        self, listes: Iterable[ListeDeTravail], services: Iterable[Groupe], *arguments: Any, **options: Any
    ) -> None:
        super().__init__(services, *arguments, **options)
        connues = [(liste.reference, _dire(liste)) for liste in listes]
        champ = cast(forms.ChoiceField, self.fields["liste"])
        champ.choices = [*connues, ("", "Une nouvelle liste")]
        champ.initial = connues[0][0] if connues else ""

    def clean_liste(self) -> int | None:
        """Number of the list; None for a new one."""
        dite = self.cleaned_data["liste"]
        return numero_de(ListeDeTravail, dite) if dite else None

    def clean(self) -> None:
        if "liste" in self.cleaned_data and self.cleaned_data["liste"] is None and not self.cleaned_data.get("nom"):
            self.add_error("nom", "Donnez un nom à la nouvelle liste, ou choisissez-en une.")


def _dire(liste: ListeDeTravail) -> str:
    return f"{liste.nom} – {'vous seul' if liste.personnelle else liste.service}"
