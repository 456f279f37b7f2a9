"""Sends a question from the sheet of a company or establishment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from fce.droits.comptes.models import Groupe
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.acces import exiger_auteur, services_auteurs, services_nommes
from fce.echanges.annuaire.selectors import entrees
from fce.echanges.demandes import destinataires, services
from fce.echanges.demandes.destinataires import DESTINATAIRES_MAX
from fce.echanges.demandes.formulaires import FormulaireQuestion
from fce.echanges.demandes.genre import DEMANDE
from fce.echanges.demandes.modeles import MODELES
from fce.echanges.demandes.saisies import PRECISION_MAX
from fce.echanges.finalite import demande_de_finalite
from fce.echanges.formulaires import coches, garder_les_pieces, tenter_avec_pieces
from fce.echanges.models import Demande, EntreeAnnuaire
from fce.echanges.pieces.reception import GuichetPieces, avec_pieces
from fce.echanges.unites import UniteVisee, unite_visee
from fce.echanges.vocabulaire import Theme
from fce.socle.web.faits import revenir
from fce.socle.web.routes import Qui, Voie, acces


@acces(Qui.AGENT, ("GET", "POST"), voie=Voie.DEPOT)
@csrf_exempt  # ``avec_pieces`` checks it, after the reader's rights
def question(request: RequeteConnectee, numero: str) -> HttpResponse:
    """Ask other services about a company (SIREN) or one of its establishments (SIRET)."""
    lecteur = lecteur_de(request)
    if (demande := demande_de_finalite(request, lecteur, DEMANDE, 403)) is not None:
        return demande
    siens = _services(lecteur)
    unite = unite_visee(numero)
    if request.method == "POST":
        return avec_pieces(request, lambda guichet: _recevoir(request, lecteur, unite, siens, guichet))
    choisis = request.GET.getlist("destinataires")[:DESTINATAIRES_MAX]
    depart = {"question": _modele(request.GET.get("modele", ""), choisis), "destinataires": choisis}
    return _page(request, lecteur, FormulaireQuestion(siens, initial=depart), unite)


@acces(Qui.AGENT, voie=Voie.FRAGMENT)
def choisir_destinataires(request: RequeteConnectee) -> HttpResponse:
    """Fragment: services that match a search, ticked ones first."""
    lecteur = lecteur_de(request)
    siens = _services(lecteur)
    proposes = request.GET.getlist("propose")[:100]
    deja = request.GET.getlist("destinataires")[: 2 * DESTINATAIRES_MAX]
    liste = destinataires.autres(siens, request.GET.get("texte_services", "")[:100], deja, sauf=proposes)
    return render(request, "echanges/_choix.html", {"nom": "destinataires", "liste": liste, "fragment": True})


def _recevoir(
    request: HttpRequest, lecteur: LecteurDeDonnees, unite: UniteVisee, siens: list[Groupe], guichet: GuichetPieces
) -> HttpResponse:
    formulaire = FormulaireQuestion(siens, request.POST)
    choisies = _choisies(formulaire)
    dites = _precisions(request.POST, choisies)
    if choisies and formulaire.is_valid() and any(not dites[e.pk, champ] for e in choisies for champ in e.champs):
        # Second step: fields required by these services.
        garder_les_pieces(formulaire, guichet)
        return _page(request, lecteur, formulaire, unite, choisies, dites, status=200)

    def faire() -> Demande:
        dit, saisie = formulaire.cleaned_data, formulaire.saisie(unite, dites)
        joint: dict[str, Any] = {"pieces": guichet.rendre(), "confirme": dit["confirme"]}
        return services.envoyer_demande(lecteur, dit["service"], saisie, **joint)

    envoi = tenter_avec_pieces(formulaire, faire, guichet, "question")
    if not envoi.fait:
        return _page(request, lecteur, formulaire, unite, choisies, dites, status=envoi.status)
    return revenir(reverse("echanges:demande", args=[envoi.rendu.pk]), "demande-envoyee")


def _services(lecteur: LecteurDeDonnees) -> list[Groupe]:
    """Services in whose name he may ask. Raises GesteRefuse with the reason when there are none."""
    siens = services_auteurs(lecteur, DEMANDE)
    return services_nommes(siens or exiger_auteur(lecteur, 0, DEMANDE, services.SANS_LECTURE))


def _choisies(formulaire: FormulaireQuestion) -> list[EntreeAnnuaire]:
    numeros = [int(n) for n in coches(formulaire, "destinataires") if n.isascii() and n.isdigit() and len(n) < 10]
    return list(entrees(numeros[:DESTINATAIRES_MAX]).values())


def _precisions(donnees: Mapping[str, Any], choisies: Sequence[EntreeAnnuaire]) -> dict[tuple[int, str], str]:
    """{(group, required field): answer}, "" when missing."""
    return {
        (entree.pk, champ): str(donnees.get(_nom(entree, rang), "")).strip()[:PRECISION_MAX]
        for entree in choisies
        for rang, champ in enumerate(entree.champs)
    }


def _nom(entree: EntreeAnnuaire, rang: int) -> str:
    return f"precision-{entree.pk}-{rang}"


def _modele(code: str, choisis: Sequence[str]) -> str:
    """Initial text given by a theme, or by the only service chosen; "" for none."""
    if code == "service" and len(choisis) == 1 and choisis[0].isascii() and choisis[0].isdigit():
        return next((entree.modele for entree in entrees([int(choisis[0])]).values()), "")
    return MODELES[Theme(code)] if code in Theme.values else ""


def _page(
    request: HttpRequest,
    lecteur: LecteurDeDonnees,
    formulaire: FormulaireQuestion,
    unite: UniteVisee,
    choisies: Sequence[EntreeAnnuaire] = (),
    dites: Mapping[tuple[int, str], str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    deja = coches(formulaire, "destinataires")
    siens: Sequence[Groupe] = formulaire.services
    proposes = destinataires.competents(lecteur, unite, siens, deja)
    sauf = [choix.valeur for choix in proposes.choix]
    precisions = [
        (entree, [(_nom(entree, rang), champ, (dites or {}).get((entree.pk, champ), "")) for rang, champ in champs])
        for entree in choisies
        if (champs := list(enumerate(entree.champs)))
    ]
    connus = entrees(int(numero) for numero in (*sauf, *deja) if numero.isascii() and numero.isdigit())
    contexte = {
        "formulaire": formulaire,
        "unite": unite,
        "modeles_des_services": [entree for entree in connus.values() if entree.modele],
        "service": siens[0] if len(siens) == 1 else None,
        "proposes": proposes,
        "sauf": sauf,
        "autres": destinataires.autres(siens, request.GET.get("texte_services", "")[:100], deja, sauf=sauf),
        "precisions": precisions,
        "a_preciser": bool(precisions) and not formulaire.errors,
        "modeles": [(theme.value, theme.label) for theme in MODELES],
        "maximum": DESTINATAIRES_MAX,
        "precision_max": PRECISION_MAX,
    }
    return render(request, "echanges/demandes/question.html", contexte, status=status)
