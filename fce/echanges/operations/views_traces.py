"""What services keep of an operation: attachments, and the contacts of the targets that they visited."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges import acces as droits
from fce.echanges.acces import services_nommes
from fce.echanges.finalite import demande_de_finalite
from fce.echanges.formulaires import tenter_avec_pieces
from fce.echanges.operations import contacts, pieces, selectors
from fce.echanges.operations.acces import OperationOuverte, trouver
from fce.echanges.operations.formulaires import FormulairePieces, FormulaireVisites
from fce.echanges.operations.genre import OPERATION, GesteOperation
from fce.echanges.operations.views import page_d_operation, revenir_a
from fce.echanges.pieces.reception import GuichetPieces, avec_pieces
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.routes import Qui, Voie, acces


@acces(Qui.AGENT, ("POST",), voie=Voie.DEPOT)
@csrf_exempt  # ``avec_pieces`` checks it, once it is known that the reader may write
def joindre(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Attach files to an operation, in the name of one of my services."""
    lecteur = lecteur_de(request)
    ouverte = trouver(lecteur, numero)
    ouverte.exiger_ecriture(lecteur, GesteOperation.JOINDRE)
    return avec_pieces(request, lambda guichet: _recevoir(request, lecteur, ouverte, guichet))


def _recevoir(
    request: RequeteConnectee, lecteur: LecteurDeDonnees, ouverte: OperationOuverte, guichet: GuichetPieces
) -> HttpResponse:
    numero, formulaire = ouverte.operation.pk, FormulairePieces(services_nommes(ouverte.auteurs), request.POST)

    def faire() -> None:
        pieces.joindre(lecteur, numero, formulaire.cleaned_data["service"], guichet.rendre())

    envoi = tenter_avec_pieces(formulaire, faire, guichet, "pieces")
    if envoi.fait:
        return revenir_a(numero, GesteOperation.JOINDRE)
    return page_d_operation(request, lecteur, ouverte, envoi.status, depot=formulaire)


@acces(Qui.AGENT, ("POST",))
def retirer_piece(request: RequeteConnectee, numero: int, cle: uuid.UUID) -> HttpResponse:
    pieces.retirer_piece(lecteur_de(request), numero, cle)
    return revenir_a(numero, GesteOperation.RETIRER_PIECE)


@acces(Qui.AGENT, ("GET", "POST"))
def noter_les_visites(request: RequeteConnectee, numero: int, service: int) -> HttpResponse:
    """Note the targets that one of my services visited as its contacts, in one form."""
    lecteur = lecteur_de(request)
    if request.method == "GET" and (demande := demande_de_finalite(request, lecteur, OPERATION, 404)) is not None:
        return demande
    ouverte = trouver(lecteur, numero)
    ouverte.exiger_ecriture(lecteur, GesteOperation.NOTER_VISITES)
    ouverte.exiger_auteur(service)
    operation = ouverte.operation
    visites = contacts.visites_des_cibles(operation, service, lecteur.aujourd_hui)
    formulaire = FormulaireVisites(visites, envoi_de(request))
    envoi = tenter(formulaire, lambda: _noter(lecteur, numero, service, formulaire))
    if envoi.fait:
        return revenir_a(numero, GesteOperation.NOTER_VISITES)
    vues = selectors.cibles_vues(ouverte)
    droits.consigner_liste(lecteur, OPERATION, ouverte.lecteurs, [vue.cible.siret for vue in vues])
    lignes = [
        (vue, *(formulaire[champ] for champ in formulaire.champs(vue.cible.pk)))
        for vue in vues
        if visites[vue.cible.pk].contact is None
    ]
    contexte = {
        "operation": operation,
        "service": services_nommes([service])[0],
        "formulaire": formulaire,
        "lignes": lignes,
        "communs": [formulaire[nom] for nom in ("genre", "themes", "themes_partages")],
        "notees": [(vue, contact) for vue in vues if (contact := visites[vue.cible.pk].contact) is not None],
    }
    return render(request, "echanges/operations/visites.html", contexte, status=envoi.status)


def _noter(lecteur: LecteurDeDonnees, numero: int, service: int, formulaire: FormulaireVisites) -> None:
    dit = formulaire.cleaned_data
    themes: dict[str, Any] = {nom: dit[nom] for nom in ("themes", "themes_partages")}
    contacts.noter_les_visites(lecteur, numero, service, formulaire.jours, dit["genre"], **themes)
