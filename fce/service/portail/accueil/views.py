"""The home page, and erasing the list of recent sheets."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fce.donnees.imports import selectors as sources_en_place
from fce.droits.comptes.models import Compte
from fce.droits.comptes.requete import RequeteConnectee, compte_de
from fce.droits.habilitations.requete import lecteur_de
from fce.droits.habilitations.selectors import acteur_de
from fce.droits.habilitations.views_acces import contexte_de
from fce.echanges.suivis.selectors import derniers_changements
from fce.echanges.visites.genre import VISITE
from fce.echanges.visites.semaines import a_venir
from fce.fiche.lecture import finalites
from fce.service.portail import annonces
from fce.service.portail.accueil import fiches_ouvertes, selectors
from fce.service.portail.dirigeant.views import accueil as accueil_du_dirigeant
from fce.socle.erreurs import Introuvable
from fce.socle.texte.identifiants import est_siren, siren_valide, siret_valide
from fce.socle.web import liens
from fce.socle.web.routes import Qui, Surface, acces


@acces(Qui.TOUS, surface=Surface.ACCUEIL)
def accueil(request: HttpRequest) -> HttpResponse:
    """Show the service to visitors; to an agent, what waits and what moved; to a company head, his own sheet."""
    compte = compte_de(request)
    contexte: dict[str, object] = {
        "mot": annonces.en_cours().textes.get("accueil", ""),
    }
    if compte is not None and not compte.agent:
        return accueil_du_dirigeant(request, compte, contexte)
    contexte["sans_recherche_entete"] = True
    if compte is not None:
        return _de_l_agent(request, compte, contexte)
    versions = sources_en_place.versions()
    institutions = selectors.institutions(versions)
    contexte |= {
        "chiffres": selectors.dans_la_base(versions),
        "vide": not versions,
        "exemples": selectors.exemples(),
        "institutions": institutions,
        "jeux": sum(len(i.titres) for i in institutions),
    }
    return render(request, "portail/accueil/public.html", contexte)


def _de_l_agent(request: HttpRequest, compte: Compte, contexte: dict[str, object]) -> HttpResponse:
    mfa = request.session.get("mfa") is True
    acteur = acteur_de(compte, mfa=mfa)
    lecteur = lecteur_de(request, acteur=acteur)
    echanges = lecteur if mfa and settings.FCE_ECHANGES else None
    # Without a second factor, the page only says what it would show.
    contexte |= {
        **contexte_de(request, compte, acteur),
        "mfa": mfa,
        "territoire": selectors.territoire_de(lecteur) if mfa else None,
        "a_faire": selectors.a_faire_de(compte, lecteur) if mfa else None,
        "finalite": finalites.choix(request, lecteur),
        "recentes": fiches_ouvertes.recentes(compte) if mfa else [],
        "visites": a_venir(echanges) if echanges and echanges.services(VISITE) else None,
        "changes": derniers_changements(echanges, compte) if echanges else None,
    }
    return render(request, "portail/accueil/agent.html", contexte)


@acces(Qui.AGENT, ("POST",))
def marquer(request: RequeteConnectee, numero: str) -> HttpResponse:
    """Mark a sheet as read now. Raises Introuvable for what is not a number of a sheet."""
    if not (siren_valide(numero) or siret_valide(numero)):
        raise Introuvable("Aucune fiche ne porte ce numéro. Revenez à l’accueil.")
    fiches_ouvertes.marquer(request.compte, numero)
    return redirect(f"{liens.adresse('entreprise' if est_siren(numero) else 'etablissement', numero)}/historique")


@acces(Qui.AGENT, ("POST",))
def oublier(request: RequeteConnectee) -> HttpResponse:
    fiches_ouvertes.effacer(request.compte)
    return redirect("portail:accueil")
