"""Actions on a thread of a question. On failure, the page shows the reason and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.annuaire import selectors as annuaire
from fce.echanges.demandes import services
from fce.echanges.demandes.acces import trouver
from fce.echanges.demandes.formulaires import formulaire_du_geste
from fce.echanges.demandes.genre import DEMANDES, GesteSaisine as Geste
from fce.echanges.demandes.views import page_de_demande
from fce.echanges.formulaires import tenter_avec_pieces
from fce.echanges.models import Saisine
from fce.echanges.pieces.reception import GuichetPieces, avec_pieces
from fce.socle.erreurs import Introuvable
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.faits import revenir
from fce.socle.web.routes import Qui, Voie, acces

_SANS_MESSAGE: Final[dict[Geste, Callable[..., object]]] = {
    Geste.PRENDRE: services.prendre,
    Geste.ATTRIBUER: services.attribuer,
    Geste.DECLINER: services.decliner,
    Geste.TRANSFERER: services.transferer,
    Geste.CLORE: services.clore,
    Geste.JUGER: services.juger,
}
"""Function of each action that is not a message; its parameters are the fields of its form."""
_SANS_VERSION: Final = (Geste.ECRIRE, Geste.NOTER)
"""Actions that overwrite nothing."""


@acces(Qui.AGENT, ("POST",), voie=Voie.DEPOT)
@csrf_exempt  # ``avec_pieces`` checks it, after the reader's rights
def geste_de_demande(request: RequeteConnectee, numero: int, saisine: int, geste: str) -> HttpResponse:
    lecteur = lecteur_de(request)
    visee = trouver(lecteur, numero).saisine(saisine)
    if geste not in DEMANDES.gestes or not DEMANDES.gestes[Geste(geste)].de:
        raise Introuvable(DEMANDES.inconnu)
    return avec_pieces(request, lambda guichet: _recevoir(request, lecteur, visee, Geste(geste), guichet))


def _recevoir(
    request: RequeteConnectee, lecteur: LecteurDeDonnees, visee: Saisine, geste: Geste, guichet: GuichetPieces
) -> HttpResponse:
    formulaire = formulaire_du_geste(geste, visee, annuaire.chercher_services(), request.POST)
    ou, version = (lecteur, visee.demande_id, visee.pk), lire_entier(request.POST.get("version", ""))

    def faire() -> None:
        dit = formulaire.cleaned_data
        if geste in _SANS_MESSAGE:
            _SANS_MESSAGE[geste](*ou, version, **dit)
        else:
            exigee = None if geste in _SANS_VERSION else version
            services.ecrire(*ou, geste, **dit | {"version": exigee, "pieces": guichet.rendre()})

    envoi = tenter_avec_pieces(formulaire, faire, guichet, "texte")
    if envoi.fait:
        return revenir(reverse("echanges:demande", args=[visee.demande_id]), DEMANDES.gestes[geste].fait)
    return page_de_demande(
        request, lecteur, trouver(lecteur, visee.demande_id), envoi.status, (visee.pk, geste, formulaire)
    )
