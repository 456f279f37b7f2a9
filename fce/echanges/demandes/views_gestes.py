"""Gestures on a question, in one of its threads: each is done and said on the page, or the page says why not, what was
typed kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from fce.comptes.requete import RequeteConnectee
from fce.droits.demande import lecteur_de
from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.annuaire import selectors as annuaire
from fce.echanges.demandes import acces as droits
from fce.echanges.demandes import services
from fce.echanges.demandes.acces import INCONNUE
from fce.echanges.demandes.courriels import membres
from fce.echanges.demandes.formulaires import (
    FormulaireAttribution,
    FormulaireFin,
    FormulaireRefus,
    FormulaireTexte,
    FormulaireTransfert,
    FormulaireUtilite,
)
from fce.echanges.demandes.views import page_de_demande
from fce.echanges.etats import GesteSaisine
from fce.echanges.formulaires import statut_apres
from fce.echanges.models import Saisine
from fce.echanges.pieces.reception import GuichetPieces, guichet_pieces
from fce.socle.erreurs import Introuvable
from fce.socle.faits import revenir
from fce.socle.gestes import FAIT
from fce.socle.routes import Qui, Voie, acces
from fce.socle.texte import lire_entier

OFFERTS = frozenset(GesteSaisine) - {GesteSaisine.LIBERER}
Faire = Callable[[], object]


@acces(Qui.AGENT, ("POST",), voie=Voie.DEPOT)
@csrf_exempt  # checked by ``_recevoir``, once it is known that the question is open to the reader
def geste_de_demande(request: RequeteConnectee, numero: int, saisine: int, geste: str) -> HttpResponse:
    """Do something in a thread of a question."""
    lecteur = lecteur_de(request)
    visee = droits.trouver(lecteur, numero).saisine(saisine)
    if geste not in OFFERTS:
        raise Introuvable(INCONNUE)
    with guichet_pieces(request) as guichet:
        return _recevoir(request, lecteur, visee, GesteSaisine(geste), guichet)


@csrf_protect
def _recevoir(
    request: RequeteConnectee, lecteur: LecteurDeDonnees, visee: Saisine, geste: GesteSaisine, guichet: GuichetPieces
) -> HttpResponse:
    formulaire, faire = _geste(request, lecteur, visee, geste, guichet)
    status = statut_apres(formulaire, "texte", faire)
    if status == FAIT:
        return revenir(reverse("echanges:demande", args=[visee.demande_id]), f"demande-{geste}")
    ouverte = droits.trouver(lecteur, visee.demande_id)
    return page_de_demande(request, lecteur, ouverte, status, (visee.pk, geste, formulaire))


def _geste(
    request: RequeteConnectee, lecteur: LecteurDeDonnees, visee: Saisine, geste: GesteSaisine, guichet: GuichetPieces
) -> tuple[forms.Form, Faire]:
    """The form of a gesture as it was sent, and what does it."""
    ou = (lecteur, visee.demande_id, visee.pk)
    version = lire_entier(request.POST.get("version", ""))
    recu = partial(_formulaire, request, visee, geste)
    match geste:
        case GesteSaisine.PRENDRE:
            return forms.Form(request.POST), lambda: services.prise(*ou, version)
        case GesteSaisine.ATTRIBUER:
            attribue = recu(FormulaireAttribution, membres(visee.service_id))
            return attribue, lambda: services.attribution(*ou, version, attribue.cleaned_data["compte"])
        case GesteSaisine.DECLINER:
            refuse = recu(FormulaireRefus)
            return refuse, lambda: services.refus(*ou, version, **refuse.cleaned_data)
        case GesteSaisine.TRANSFERER:
            remis = recu(FormulaireTransfert, annuaire.chercher_services())
            return remis, lambda: services.transfert(*ou, version, **_transfert(remis))
        case GesteSaisine.CLORE:
            fini = recu(FormulaireFin)
            return fini, lambda: services.fin(*ou, version, fini.cleaned_data["motif"])
        case GesteSaisine.JUGER:
            juge = recu(FormulaireUtilite)
            return juge, lambda: services.utilite(*ou, version, juge.cleaned_data["utile"])
    texte = recu(FormulaireTexte)
    ecrase = geste in (GesteSaisine.REPONDRE, GesteSaisine.ROUVRIR)
    return texte, lambda: services.message(
        *ou,
        geste,
        texte.cleaned_data["texte"],
        version=version if ecrase else None,
        pieces=guichet.rendre(),
        confirme=texte.cleaned_data["confirme"],
    )


def _formulaire(
    request: RequeteConnectee, visee: Saisine, geste: GesteSaisine, classe: Callable[..., forms.Form], *choix: object
) -> forms.Form:
    return classe(*choix, request.POST, auto_id=f"{geste}-{visee.pk}_%s")


def _transfert(formulaire: forms.Form) -> dict[str, Any]:
    lus = formulaire.cleaned_data
    return {"vers": lus["service"], "texte": lus["texte"], "confirme": lus["confirme"]}
