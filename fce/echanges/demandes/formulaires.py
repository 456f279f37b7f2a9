"""Forms of questions. The services check their content again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from django import forms

from fce.droits.comptes.models import Compte
from fce.echanges.courriels import membres
from fce.echanges.demandes.boite import ENVOYEES, RECUES
from fce.echanges.demandes.genre import EtatSaisine, GesteSaisine
from fce.echanges.demandes.saisies import SaisieDemande
from fce.echanges.demandes.services import MOTIFS_DE_FIN, MOTIFS_DE_REFUS
from fce.echanges.formulaires import (
    ChampServices,
    ChampSirenOuSiret,
    FormulaireAuNomDe,
    champ_confirmation,
    champ_jour,
    champ_pieces,
    champ_texte,
)
from fce.echanges.interactions.textes import AVERTISSEMENT
from fce.echanges.models import EntreeAnnuaire, Saisine
from fce.echanges.models.demandes import OBJET_MAX
from fce.echanges.unites import UniteVisee
from fce.echanges.vocabulaire import Theme
from fce.socle.texte.identifiants import est_siret

_THEMES = [(t.value, t.label.capitalize()) for t in Theme]


class FormulaireQuestion(FormulaireAuNomDe):
    a_confirmer = False
    objet = forms.CharField(
        label="Objet", max_length=OBJET_MAX, strip=False, help_text="En quelques mots, sur une ligne."
    )
    question = champ_texte("Votre question", AVERTISSEMENT, lignes=6, requis=True)
    confirme = champ_confirmation()
    destinataires = ChampServices(label="Services", error_messages={"required": "Choisissez au moins un service."})
    themes = forms.MultipleChoiceField(
        label="Thèmes", required=False, choices=_THEMES, widget=forms.CheckboxSelectMultiple
    )
    echeance = champ_jour(
        "Réponse souhaitée avant le",
        requis=False,
        aide="Sinon : 3 jours ouvrés pour la prendre, 15 pour y répondre.",
    )
    pieces = champ_pieces()

    def saisie(self, unite: UniteVisee, precisions: Mapping[tuple[int, str], str]) -> SaisieDemande:
        saisi = self.cleaned_data
        return SaisieDemande(
            unite.siren,
            saisi["objet"],
            saisi["question"],
            saisi["destinataires"],
            siret=unite.numero if est_siret(unite.numero) else "",
            themes=tuple(saisi["themes"]),
            echeance=saisi["echeance"],
            precisions=precisions,
        )


class FormulaireTexte(forms.Form):
    a_confirmer = False
    texte = champ_texte("Message", requis=True)
    pieces = champ_pieces()
    confirme = champ_confirmation()


class FormulaireRefus(forms.Form):
    a_confirmer = False
    motif = forms.ChoiceField(label="Motif", choices=[(m.value, m.label.capitalize()) for m in MOTIFS_DE_REFUS])
    texte = champ_texte("Mot pour le service demandeur", lignes=3)
    confirme = champ_confirmation()


class FormulaireTransfert(forms.Form):
    a_confirmer = False
    service = forms.TypedChoiceField(label="Service", coerce=int)
    texte = champ_texte("Mot pour ce service", "Le demandeur le lira aussi.", lignes=3)
    confirme = champ_confirmation()

    def __init__(self, possibles: Iterable[EntreeAnnuaire], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choix = [("", "Choisir un service"), *((e.pk, str(e.service)) for e in possibles)]
        cast(forms.TypedChoiceField, self.fields["service"]).choices = choix


class FormulaireAttribution(forms.Form):
    compte = forms.TypedChoiceField(label="Attribuer à", coerce=int)

    def __init__(self, membres: Iterable[Compte], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choix = [(c.pk, c.nom_complet) for c in membres]
        cast(forms.TypedChoiceField, self.fields["compte"]).choices = choix


class FormulaireFin(forms.Form):
    motif = forms.ChoiceField(label="Motif", choices=[(m.value, m.label.capitalize()) for m in MOTIFS_DE_FIN])


class FormulaireUtilite(forms.Form):
    utile = forms.TypedChoiceField(choices=[("oui", "Oui"), ("non", "Non")], coerce=lambda dit: dit == "oui")


def formulaire_du_geste(
    geste: str, saisine: Saisine, services: Iterable[EntreeAnnuaire], donnees: Any = None
) -> forms.Form:
    """The form of an action in a thread, filled (``donnees``) or empty. ``services``: possible recipients of a
    transfer."""
    marque = f"{geste}-{saisine.reference}_%s"
    if geste == GesteSaisine.TRANSFERER:
        return FormulaireTransfert(services, donnees, auto_id=marque)
    if geste == GesteSaisine.ATTRIBUER:
        choisi = {"compte": saisine.attribuee_a_id}
        return FormulaireAttribution(membres(saisine.service_id), donnees, auto_id=marque, initial=choisi)
    return _FORMULAIRES.get(geste, FormulaireTexte)(donnees, auto_id=marque)


_FORMULAIRES: Final[dict[str, type[forms.Form]]] = {
    GesteSaisine.PRENDRE: forms.Form,
    GesteSaisine.DECLINER: FormulaireRefus,
    GesteSaisine.CLORE: FormulaireFin,
    GesteSaisine.JUGER: FormulaireUtilite,
}


class FormulaireBoite(forms.Form):
    """Filter of a box; invalid values are ignored."""

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
    def filtre(self) -> dict[str, Any]:
        self.is_valid()
        return {"boite": RECUES} | {nom: dit for nom, dit in self.cleaned_data.items() if dit}
