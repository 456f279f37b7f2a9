"""Shared form fields of the exchanges: service, day, numbers, attachments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import Model

from fce.droits.comptes.models import Groupe
from fce.echanges.erreurs import DepotDePiecesIndisponible, PieceRefusee, TexteAConfirmer
from fce.echanges.models.commun import NOTE_MAX
from fce.echanges.pieces.antivirus import PIECES_FERMEES, pieces_ouvertes
from fce.echanges.pieces.gardees import PieceDeposee
from fce.echanges.pieces.genres import EXTENSIONS
from fce.echanges.pieces.reception import PIECES_PAR_ENVOI, GuichetPieces
from fce.echanges.pieces.services import deposees
from fce.socle.erreurs import FCEError
from fce.socle.texte.identifiants import compacter, siren_valide, siret_valide
from fce.socle.web.formulaires import ChampEntier, ChampJour, ChampLong
from fce.socle.web.gestes import Tentative
from fce.socle.web.references import numero_de, reference


class ChampPieces(forms.Field):
    """Files, read by ``pieces.reception``; the field only shows itself, its error, and the files already received.

    ``gardees``: (token, attachment)… that the form sends back instead of the files.
    """

    widget = forms.FileInput
    gardees: Sequence[tuple[str, PieceDeposee]] = ()

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Disable the field, with the reason, where attachments need an antivirus that is not configured."""
        if not pieces_ouvertes():
            self.disabled, self.help_text = True, PIECES_FERMEES
        return super().get_bound_field(form, field_name)

    def clean(self, value: Any) -> None:
        return None


class ChampReference(forms.Field):
    """A row that the form carries: hidden, by its reference; its number once read, None without one."""

    widget = forms.HiddenInput

    def __init__(self, modele: type[Model]) -> None:
        super().__init__(required=False)
        self.modele = modele

    def prepare_value(self, value: Any) -> Any:
        return reference(self.modele, value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        return numero_de(self.modele, value) if value else None


def champ_pieces() -> ChampPieces:
    """Several files beside a text; the label gives the limits."""
    taille = settings.FCE_PIECES_TAILLE_MAX
    aide = f"{PIECES_PAR_ENVOI} fichiers au plus à la fois, de {taille} Mo au plus chacun : {EXTENSIONS}."
    champ = ChampPieces(label="Pièces jointes", required=False, help_text=aide)
    champ.widget.attrs["multiple"] = True
    return champ


def tenter_avec_pieces(
    formulaire: forms.Form, faire: Callable[[], object], guichet: GuichetPieces, champ: str
) -> Tentative:
    """``tenter`` for a form with text and files, which are kept when it is shown again. ``champ``: the text, which its
    author may have to confirm (``a_confirmer``)."""
    if (envoi := _tenter(formulaire, faire, champ)).fait:
        return envoi
    garder_les_pieces(formulaire, guichet)
    return envoi


def garder_les_pieces(formulaire: forms.Form, guichet: GuichetPieces) -> None:
    """Store the files of a form that is shown again, which then names them. An error of theirs is added to the form,
    and none of those just received is kept."""
    champ = formulaire.fields.get("pieces")
    if not isinstance(champ, ChampPieces):
        return
    gardees = guichet.gardees
    if "pieces" not in formulaire.errors:
        try:
            with deposees(guichet.rendre()) as gardees:
                pass
        except (PieceRefusee, DepotDePiecesIndisponible) as erreur:
            formulaire.add_error("pieces", erreur.message)
    champ.gardees = [(guichet.jeton(piece), piece) for piece in gardees]


def _tenter(formulaire: forms.Form, faire: Callable[[], object], champ: str) -> Tentative:
    if not formulaire.is_valid():
        return Tentative(400)
    try:
        return Tentative(302, True, faire())
    except TexteAConfirmer as erreur:
        formulaire.a_confirmer = True  # type: ignore[attr-defined]
        formulaire.add_error(champ, erreur.message)
        return Tentative(erreur.status)
    except FCEError as erreur:
        fautif = str(erreur.details.get("champ") or "")
        if erreur.code in ("piece_refusee", "pieces_indisponibles"):
            fautif = "pieces"
        elif erreur.code == "texte_refuse":
            fautif = champ
        formulaire.add_error(fautif if fautif in formulaire.fields else None, erreur.message)
        return Tentative(erreur.status)


def champ_texte(
    libelle: str, aide: str = "", *, lignes: int = 4, requis: bool = False, longueur: int = NOTE_MAX
) -> forms.CharField:
    return ChampLong(libelle, aide, lignes=lignes, max_length=longueur, required=requis)


def champ_confirmation() -> forms.BooleanField:
    """Box that confirms that a text identifies nobody, shown when asked for (``a_confirmer``)."""
    return forms.BooleanField(
        label="Je confirme que ces textes ne font reconnaître ni l’auteur d’une plainte, ni une personne sans lien "
        "avec l’entreprise",
        required=False,
    )


class FormulaireVersionne(forms.Form):
    """A change to something that others may change: it holds the version read."""

    version = ChampEntier(min_value=0, widget=forms.HiddenInput)

    def relire(self, version: int) -> None:
        """Set the version in a form shown again with what was typed."""
        # Item by item: ``{**self.data}`` would take the lists of a QueryDict.
        self.data = {nom: self.data[nom] for nom in self.data} | {"version": str(version)}


class FormulaireAuNomDe(forms.Form):
    """A text in the name of a service, to choose only when the author has several."""

    service = forms.TypedChoiceField(label="Au nom de", coerce=int, empty_value=None, required=False)
    field_order: Sequence[str] = ("service",)

    def __init__(self, services: Iterable[Groupe], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.services = list(services)
        champ = cast(forms.TypedChoiceField, self.fields["service"])
        champ.choices = [(service.pk, str(service)) for service in self.services]
        if len(self.services) == 1:
            champ.widget, champ.initial = forms.HiddenInput(), self.services[0].pk
        elif self.services:
            champ.required = True
            champ.error_messages["required"] = "Choisissez le service au nom duquel vous écrivez."

    def clean_service(self) -> int:
        """The service chosen, or the only one; 0, always refused, without any."""
        return int(self.cleaned_data["service"] or next((service.pk for service in self.services), 0))


class ChampNumeros(forms.Field):
    """Numbers ticked in a list that a search fills; checked later."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> tuple[str, ...]:
        """The numbers, without duplicates, in order. Raises ValidationError when one is required."""
        return tuple(dict.fromkeys(str(v) for v in super().clean(value) or () if v))


class ChampServices(ChampNumeros):
    """Services, by the numbers of their groups."""

    def clean(self, value: Any) -> tuple[Any, ...]:
        choisis = super().clean(value)
        if not all(numero.isascii() and numero.isdigit() and len(numero) < 10 for numero in choisis):
            raise forms.ValidationError("Choisissez les services dans la liste.")
        return tuple(int(numero) for numero in choisis)


def coches(formulaire: forms.Form, nom: str) -> tuple[str, ...]:
    """Values ticked in a list, even in an invalid form."""
    return tuple(str(valeur) for valeur in formulaire[nom].value() or ())


def champ_jour(libelle: str, *, requis: bool = True, aide: str = "") -> ChampJour:
    return ChampJour(label=libelle, required=requis, help_text=aide, error_messages={"required": "Donnez la date."})


class ChampSirenOuSiret(forms.CharField):
    """A SIREN or SIRET, without spaces and dots; "" for none. Raises ValidationError for anything else."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)

    def clean(self, value: Any) -> str:
        numero = compacter(super().clean(value))
        if numero and not (siren_valide(numero) or siret_valide(numero)):
            raise forms.ValidationError("Donnez un SIREN (9 chiffres) ou un SIRET (14 chiffres).")
        return numero
