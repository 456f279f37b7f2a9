"""Forms of questions between services. What they hold is checked again by the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms

from fce.comptes.models import Compte
from fce.echanges.demandes.boite import ENVOYEES, RECUES, FiltreDemandes
from fce.echanges.demandes.saisies import SaisieDemande
from fce.echanges.demandes.services import MOTIFS_DE_FIN, MOTIFS_DE_REFUS
from fce.echanges.etats import EtatSaisine
from fce.echanges.formulaires import ChampNumeros, ChampSirenOuSiret, FormulaireAuNomDe, champ_jour, champ_pieces
from fce.echanges.interactions.textes import AVERTISSEMENT
from fce.echanges.models import EntreeAnnuaire
from fce.echanges.models.commun import NOTE_MAX
from fce.echanges.models.demandes import OBJET_MAX
from fce.echanges.unites import UniteVisee
from fce.echanges.vocabulaire import Theme
from fce.socle.identifiants import est_siret

_THEMES = [(t.value, t.label.capitalize()) for t in Theme]


def _confirmation() -> forms.BooleanField:
    return forms.BooleanField(
        label="Je confirme que ces textes ne font reconnaître ni l’auteur d’une plainte, ni une personne sans lien "
        "avec l’entreprise",
        required=False,
    )


class FormulaireQuestion(FormulaireAuNomDe):
    """A question to other services."""

    a_confirmer = False
    objet = forms.CharField(
        label="Objet", max_length=OBJET_MAX, strip=False, help_text="En quelques mots, sur une ligne."
    )
    question = forms.CharField(
        label="Votre question", max_length=NOTE_MAX, help_text=AVERTISSEMENT, widget=forms.Textarea(attrs={"rows": 6})
    )
    confirme = _confirmation()
    destinataires = ChampNumeros(label="Services", error_messages={"required": "Choisissez au moins un service."})
    themes = forms.MultipleChoiceField(
        label="Thèmes", required=False, choices=_THEMES, widget=forms.CheckboxSelectMultiple
    )
    echeance = champ_jour(
        "Réponse souhaitée avant le",
        requis=False,
        aide="Sinon : 3 jours ouvrés pour la prendre, 15 pour y répondre.",
    )
    pieces = champ_pieces()

    def clean_destinataires(self) -> tuple[int, ...]:
        choisis: tuple[str, ...] = self.cleaned_data["destinataires"]
        if not all(numero.isascii() and numero.isdigit() and len(numero) < 10 for numero in choisis):
            raise forms.ValidationError("Choisissez les services dans la liste.")
        return tuple(int(numero) for numero in choisis)

    def coches(self) -> tuple[str, ...]:
        """Services that are ticked, whatever the state of the form."""
        return tuple(str(v) for v in self["destinataires"].value() or ())

    def saisie(self, unite: UniteVisee, precisions: Mapping[tuple[int, str], str]) -> SaisieDemande:
        """What was typed, once it is valid."""
        lu = self.cleaned_data
        return SaisieDemande(
            siren=unite.siren,
            siret=unite.numero if est_siret(unite.numero) else "",
            objet=lu["objet"],
            question=lu["question"],
            services=lu["destinataires"],
            themes=tuple(lu["themes"]),
            echeance=lu["echeance"],
            precisions=precisions,
        )


class FormulaireTexte(forms.Form):
    """A message of a thread, a note, an answer."""

    a_confirmer = False
    texte = forms.CharField(label="Message", max_length=NOTE_MAX, widget=forms.Textarea(attrs={"rows": 4}))
    pieces = champ_pieces()
    confirme = _confirmation()


class FormulaireRefus(forms.Form):
    """Why a question is declined."""

    a_confirmer = False
    motif = forms.ChoiceField(label="Motif", choices=[(m.value, m.label.capitalize()) for m in MOTIFS_DE_REFUS])
    texte = forms.CharField(
        label="Mot pour le service demandeur",
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    confirme = _confirmation()


class FormulaireTransfert(forms.Form):
    """To which service a question is handed over."""

    a_confirmer = False
    service = forms.TypedChoiceField(label="Service", coerce=int)
    texte = forms.CharField(
        label="Mot pour ce service",
        required=False,
        max_length=NOTE_MAX,
        help_text="Le demandeur le lira aussi.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    confirme = _confirmation()

    def __init__(self, possibles: Iterable[EntreeAnnuaire], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choix = [("", "Choisir un service"), *((e.pk, str(e.service)) for e in possibles)]
        cast(forms.TypedChoiceField, self.fields["service"]).choices = choix


class FormulaireAttribution(forms.Form):
    """Who of the service deals with a question."""

    compte = forms.TypedChoiceField(label="Attribuer à", coerce=int)

    def __init__(self, membres: Iterable[Compte], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choix = [(c.pk, c.nom_complet) for c in membres]
        cast(forms.TypedChoiceField, self.fields["compte"]).choices = choix


class FormulaireFin(forms.Form):
    """Why a question is closed."""

    motif = forms.ChoiceField(label="Motif", choices=[(m.value, m.label.capitalize()) for m in MOTIFS_DE_FIN])


class FormulaireUtilite(forms.Form):
    """Whether an answer was of use."""

    utile = forms.TypedChoiceField(choices=[("oui", "Oui"), ("non", "Non")], coerce=lambda dit: dit == "oui")


class FormulaireBoite(forms.Form):
    """What is looked for in a box: whatever is not understood of it is left out."""

    boite = forms.ChoiceField(
        required=False, choices=[(RECUES, "reçues"), (ENVOYEES, "envoyées")], widget=forms.HiddenInput
    )
    etat = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous"), *((e.value, e.label.capitalize()) for e in EtatSaisine)]
    )
    theme = forms.ChoiceField(label="Thème", required=False, choices=[("", "Tous"), *_THEMES])
    numero = ChampSirenOuSiret(label="SIREN ou SIRET", required=False)
    retard = forms.BooleanField(label="En retard", required=False)
    miennes = forms.BooleanField(label="Les miennes", required=False)

    @property
    def filtre(self) -> FiltreDemandes:
        """What is looked for."""
        self.is_valid()
        lus = self.cleaned_data
        return FiltreDemandes(
            lus.get("boite") or RECUES,
            lus.get("etat", ""),
            lus.get("retard", False),
            lus.get("miennes", False),
            lus.get("numero", ""),
            lus.get("theme", ""),
        )
