"""The matrix of rights: what the policy answers to an agent, source by source, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from fce.droits.comptes import cumuls
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.comptes.selectors import compte_identifie, mandats_de
from fce.droits.habilitations import matrice as matrices
from fce.droits.habilitations.acteurs import Acteur
from fce.droits.habilitations.dossiers import departements
from fce.droits.habilitations.dossiers.presentation import DROITS
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.selectors import acteur_de
from fce.socle.erreurs import Introuvable
from fce.socle.web.routes import Qui, acces
from fce.sources import registre


@acces(Qui.AGENT)
def droits(request: RequeteConnectee) -> HttpResponse:
    """The reader's own rights; an approver may ask for another agent's, by opaque number."""
    compte = request.compte
    approbateur = Mandats.APPROBATEUR in mandats_de(compte)
    if approbateur and (agent := request.GET.get("agent", "").strip()):
        return redirect("droits:droits-de", identifiant=_compte(agent).identifiant)
    acteur = acteur_de(compte, mfa=bool(request.session.get("mfa")))
    return _page(request, acteur, {"autre": "", "approbateur": approbateur, "cumul": cumuls.motif(compte)})


@acces(Qui.MANDAT, mandats=[Mandats.APPROBATEUR])
def droits_de(request: RequeteConnectee, identifiant: str) -> HttpResponse:
    """The rights of an agent, as if he were signed in with a second factor."""
    compte = _compte(identifiant)
    return _page(request, acteur_de(compte, mfa=True), {"autre": compte.identifiant, "approbateur": True, "cumul": ""})


def _page(request: HttpRequest, acteur: Acteur, contexte: dict[str, Any]) -> HttpResponse:
    maintenant = timezone.now()
    reponse, droit = request.GET.get("reponse", ""), request.GET.get("droit", "")
    droit = droit if droit in tuple(Droit) else ""
    toutes = matrices.matrice(acteur, registre.toutes(), maintenant)
    lieux = matrices.territoire(acteur, maintenant)
    return render(
        request,
        "droits/droits.html",
        contexte
        | {
            "lignes": [_ligne(ligne) for ligne in matrices.filtrer(toutes, reponse, droit)],
            "total": len(toutes),
            "lisibles": sum(ligne.cases[0].permis for ligne in toutes),
            "territoire": departements.en_clair(lieux),
            "droits": list(DROITS.items()),
            "droit": droit,
            "reponse": reponse,
        },
    )


def _ligne(ligne: matrices.LigneDeMatrice) -> dict[str, Any]:
    return {
        "source": ligne.source,
        "cases": [(DROITS[case.droit], case.permis) for case in ligne.cases if case.droit in DROITS],
        "raisons": [
            (", ".join(DROITS[d] for d in connus), raison)
            for droits, raison in ligne.raisons
            if (connus := [d for d in droits if d in DROITS])
        ],
        "fermes": ", ".join(ligne.fermes),
    }


def _compte(identifiant: str) -> Compte:
    """An agent by his opaque number, "c12" or "12". Raises Introuvable."""
    compte = compte_identifie("c" + identifiant.removeprefix("c"))
    if compte is None or not compte.agent:
        raise Introuvable("Aucun agent n’a ce numéro : il est de la forme « c12 ».")
    return compte
