"""What a list becomes: followed, or the targets of an operation."""

from __future__ import annotations

from typing import cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.acces import services_auteurs
from fce.echanges.finalite import demande_de_finalite
from fce.echanges.models import OperationConjointe
from fce.echanges.operations import services as operations
from fce.echanges.operations.genre import OPERATION, EtatOperation
from fce.echanges.operations.saisies import CIBLES_MAX
from fce.echanges.operations.views import page_de_creation
from fce.ensembles.listes import selectors, suivi
from fce.ensembles.listes.acces import consigner, trouver
from fce.ensembles.listes.colonnes import LigneDecrite
from fce.ensembles.listes.formulaires import FormulaireFiltreDeListe
from fce.ensembles.listes.models import EtatLigne, ListeDeTravail
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.identifiants import est_siret
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.references import numero_de
from fce.socle.web.routes import Qui, Surface, acces


class FormulaireOperationExistante(forms.Form):
    """An operation in preparation that one of my services leads."""

    operation = forms.ChoiceField(label="Opération en préparation")

    def __init__(self, lecteur: LecteurDeDonnees, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        menees = OperationConjointe.objects.filter(
            coordinateur__in=services_auteurs(lecteur, OPERATION), etat=EtatOperation.PREPARATION
        )
        choix = [(o.reference, f"{o.nom} – {o.marque}") for o in menees]
        cast(forms.ChoiceField, self.fields["operation"]).choices = choix

    def clean_operation(self) -> int:
        return numero_de(OperationConjointe, self.cleaned_data["operation"])


@acces(Qui.AGENT, ("POST",))
def suivre(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Follow a list, or stop."""
    page = reverse("listes:liste", args=[numero])
    if request.POST.get("geste") == "retirer":
        suivi.ne_plus_suivre(request.compte, numero)
        return revenir(page, "suivi-retire")
    suivi.suivre(lecteur_de(request), request.compte, numero)
    return revenir(page, "suivi-ajoute")


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def operation(request: RequeteConnectee, numero: int) -> HttpResponse:
    """The lines of the filter as targets: of an operation that one of my services leads, or of a new one."""
    lecteur = lecteur_de(request)
    if (demande := demande_de_finalite(request, lecteur, OPERATION, 404)) is not None:
        return demande
    liste = trouver(lecteur, numero).liste
    decrites, sirets = _cibles(request, liste)
    formulaire = FormulaireOperationExistante(lecteur, envoi_de(request))
    envoi = tenter(formulaire, lambda: operations.ajouter_cibles(lecteur, formulaire.cleaned_data["operation"], sirets))
    if envoi.fait:
        page = reverse("echanges:operation", args=[formulaire.cleaned_data["operation"]])
        return revenir(page, "operation-cibles-ajoutees")
    consigner(lecteur, liste, [decrite.ligne.numero for decrite in decrites])
    contexte = {
        "liste": liste,
        "formulaire": formulaire,
        "offertes": bool(formulaire.fields["operation"].choices),  # type: ignore[attr-defined]
        "cibles": len(sirets),
        "laissees": len(decrites) - len(sirets),
        "maximum": CIBLES_MAX,
        "suite": request.GET.urlencode(),
    }
    return render(request, "listes/operation.html", contexte, status=envoi.status)


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def nouvelle_operation(request: RequeteConnectee, numero: int) -> HttpResponse:
    """The form of a new operation, its targets those of the filter: in the page, never in an address."""
    lecteur = lecteur_de(request)
    if (demande := demande_de_finalite(request, lecteur, OPERATION, 404)) is not None:
        return demande
    liste = trouver(lecteur, numero).liste
    decrites, sirets = _cibles(request, liste)
    consigner(lecteur, liste, [decrite.ligne.numero for decrite in decrites])
    return page_de_creation(request, lecteur, {"sirets": "\n".join(sirets)})


def _cibles(request: RequeteConnectee, liste: ListeDeTravail) -> tuple[list[LigneDecrite], list[str]]:
    """The lines of the filter that are not set aside, and their establishments: of a company, its siège. Raises
    ParametreInvalide for more than an operation may have."""
    filtre = FormulaireFiltreDeListe(request.GET).filtre
    lignes = selectors.toutes_les_lignes(liste, filtre)
    gardees = liste.lignes.filter(pk__in=lignes).exclude(etat=EtatLigne.ECARTE).order_by("-pk")
    if gardees[CIBLES_MAX : CIBLES_MAX + 1].exists():
        raise ParametreInvalide(
            f"Une opération a {CIBLES_MAX} cibles au plus : filtrez la liste, ou écartez des lignes, puis recommencez."
        )
    decrites = selectors.decrire(gardees)
    return decrites, list(dict.fromkeys(filter(None, map(_siret, decrites))))


def _siret(decrite: LigneDecrite) -> str | None:
    if est_siret(decrite.ligne.numero):
        return decrite.ligne.numero if decrite.etablissement else None
    return decrite.entreprise.siret_siege if decrite.entreprise else None
