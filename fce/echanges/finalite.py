"""Asks for the purpose of a reader of secrets of the exchanges, once, before looking up what he asks for."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.acteurs import EtatHabilitation
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Finalite
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import Raison, RefusAcces
from fce.echanges.objets import ObjetEchange
from fce.socle.erreurs import Introuvable


def finalites_offertes(lecteur: LecteurDeDonnees, objet: ObjetEchange) -> tuple[Finalite, ...]:
    """Purposes that an agent may confirm to read a secret; empty when something else is missing."""
    refus = lecteur.decider(objet)
    if not isinstance(refus, RefusAcces) or refus.raison is not Raison.FINALITE_A_CONFIRMER:
        return ()
    codes = {
        f.code: f
        for h in lecteur.acteur.habilitations
        if objet.acces.groupe in h.groupes
        and h.est_de(lecteur.acteur.siret_administration)
        and h.etat(lecteur.maintenant) is EtatHabilitation.EN_VIGUEUR
        for f in h.finalites
        if f.ouvre(objet.acces)
    }
    return tuple(codes.values())


def demande_de_finalite(
    request: RequeteConnectee, lecteur: LecteurDeDonnees, objet: ObjetEchange, status: int
) -> HttpResponse | None:
    """The page that asks for the purpose, when only that is missing; identical for every object of the kind.

    Within a fragment, which cannot show the page, raises Introuvable or GesteRefuse, according to ``status``.
    """
    offertes = finalites_offertes(lecteur, objet)
    if not offertes:
        return None
    if request.headers.get("HX-Request") == "true":
        phrase = Raison.FINALITE_A_CONFIRMER.phrase
        raise Introuvable(phrase) if status == 404 else GesteRefuse(phrase)
    contexte = {
        "finalites": offertes,
        "proposee": request.compte.finalite,
        "suite": request.path,
        "titre": objet.titre,
    }
    return render(request, "echanges/finalite.html", contexte, status=status)
