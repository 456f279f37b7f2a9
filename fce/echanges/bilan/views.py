"""Figures of a service, for its members."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from fce.droits.comptes.models import Groupe
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.bilan import selectors
from fce.echanges.demandes.services import departement_du_service
from fce.echanges.visites.genre import VISITE
from fce.socle.erreurs import Introuvable
from fce.socle.web.routes import Qui, acces


@acces(Qui.AGENT)
def mon_service(request: RequeteConnectee) -> HttpResponse:
    """Figures of the first of one's services; without any, the reason."""
    lecteur = lecteur_de(request)
    siens = _les_siens(lecteur)
    if not siens:
        lecteur.exiger(VISITE)
        raise GesteRefuse("Votre habilitation n’est celle d’aucun service : elle n’a pas de bilan.")
    return redirect("echanges:bilan", siens[0].pk)


@acces(Qui.AGENT)
def bilan(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Pending work, delays and contacts of a service, for those who may read in its name."""
    lecteur = lecteur_de(request)
    siens = _les_siens(lecteur)
    service = next((groupe for groupe in siens if groupe.pk == numero), None)
    if service is None:
        raise Introuvable("Aucun service de ce numéro n’est le vôtre.")
    jour = lecteur.aujourd_hui
    mois = selectors.interactions_par_mois(numero, jour)
    contexte = {
        "service": service,
        "autres": [groupe for groupe in siens if groupe.pk != numero],
        "demandes": selectors.demandes_du_service(numero, jour),
        "delais": selectors.delais_du_service(numero, lecteur.maintenant, departement_du_service(numero)),
        "mois": mois,
        "plus": max(m.total for m in mois),
        "visites": selectors.visites_du_service(numero, lecteur.maintenant),
        "recul": selectors.RECUL.days,
        "recul_visites": selectors.VISITES_DEPUIS.days,
    }
    return render(request, "echanges/bilan.html", contexte)


def _les_siens(lecteur: LecteurDeDonnees) -> list[Groupe]:
    """Services in whose name the reader may read, by name."""
    return list(Groupe.objects.filter(pk__in=lecteur.services(VISITE, Droit.CONSULTER)).order_by("nom", "pk"))
