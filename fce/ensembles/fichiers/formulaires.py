"""Form that asks the worker for a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, cast

from django import forms
from django.conf import settings

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.journal import volumes
from fce.ensembles.fichiers.models import MOTIF_DE_FICHIER_MAX, FormatDeFichier
from fce.ensembles.fichiers.services import RESERVEES_MAX, en_fichier
from fce.fiche.alarmes_de_liste import ouvertes
from fce.fiche.lecture.finalites import possibles
from fce.socle.web.formulaires import ChampLong


class ReserveesOffertes(NamedTuple):
    """Reserved columns that a file may carry. ``dites``: what they are; ``ouvre``: whether a reader reads some of them
    for his purpose; ``exigees``: the choice of rows itself says some, so that no file goes without them."""

    dites: str
    ouvre: Callable[[LecteurDeDonnees], bool]
    exigees: bool = False


ALERTES: Final = ReserveesOffertes("Les alarmes de chacune de vos sources.", lambda lecteur: bool(ouvertes(lecteur)))


class FormulaireFichier(forms.Form):
    """Format of a file; and, for who may have them, its reserved columns, for which purpose and why."""

    format = forms.ChoiceField(
        label="Format", choices=FormatDeFichier.choices, initial=FormatDeFichier.CSV, widget=forms.RadioSelect
    )
    reservees = forms.BooleanField(
        label="Ajouter les colonnes réservées",
        help_text="Chaque entreprise est inscrite au journal et compte dans toutes vos limites de volume.",
        required=False,
        error_messages={
            "required": "La page filtre ou trie par des faits réservés : ajoutez ces colonnes, ou retirez ce choix."
        },
    )
    finalite = forms.ChoiceField(label="Finalité des colonnes réservées", required=False)
    motif = ChampLong(
        "Pourquoi vous demandez ces colonnes",
        "Gardé un an. N’y écrivez aucun nom de personne.",
        max_length=MOTIF_DE_FICHIER_MAX,
        required=False,
    )

    def __init__(
        self, lecteur: LecteurDeDonnees, lignes: int, reservees: ReserveesOffertes, *arguments: Any, **options: Any
    ) -> None:
        """``lignes``: how many the file has."""
        super().__init__(*arguments, **options)
        champ = self.fields["reservees"]
        champ.help_text = f"{reservees.dites} {champ.help_text}"
        champ.required = champ.initial = reservees.exigees
        offertes = [
            (f.code, f.libelle)
            for f in possibles(lecteur.acteur, lecteur)
            if lignes <= RESERVEES_MAX and reservees.ouvre(en_fichier(lecteur, f.code))
        ]
        if offertes:
            if fermees := volumes.fermeture(volumes.lire_limites(settings.FCE_VOLUMES), lignes):
                champ.help_text = (
                    f"{champ.help_text} Un fichier aussi grand en atteint une : jusqu’à {fermees} "
                    "après, aucune autre donnée réservée ne vous sera ouverte, fiches comprises."
                )
            finalite = cast(forms.ChoiceField, self.fields["finalite"])
            finalite.choices, finalite.initial = offertes, lecteur.finalite or offertes[0][0]
        else:
            for nom in ("reservees", "finalite", "motif"):
                del self.fields[nom]

    def clean(self) -> None:
        if self.cleaned_data.get("reservees"):
            for nom, phrase in (
                ("finalite", "Choisissez la finalité des colonnes réservées."),
                ("motif", "Dites pourquoi vous demandez ces colonnes."),
            ):
                if not self.cleaned_data.get(nom) and nom not in self.errors:
                    self.add_error(nom, phrase)

    @property
    def pourquoi(self) -> dict[str, str]:
        """Purpose and reason of a valid form; empty without reserved columns."""
        if not self.cleaned_data.get("reservees"):
            return {}
        return {nom: self.cleaned_data[nom].strip() for nom in ("finalite", "motif")}
