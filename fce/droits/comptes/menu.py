"""The menu of the account: the entries that the rooms offer, for those who may open their pages."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from fce.droits.comptes.models import Compte
from fce.droits.comptes.requete import compte_de
from fce.droits.comptes.selectors import mandats_de
from fce.droits.comptes.sessions import INACTIVITE
from fce.socle.web.liens import adresse_de
from fce.socle.web.offres import Entree, offres
from fce.socle.web.routes import Qui

PREAVIS: Final = timedelta(minutes=5)
"""Warning shown before an idle session ends (``cadre/session.html``)."""
log = structlog.get_logger("fce.connexion")


def contexte(request: HttpRequest) -> Mapping[str, Any]:
    """Context processor: ``compte`` (or None), ``menu_compte``, seconds before the session warns of its end."""
    compte = compte_de(request)
    if compte is None:
        return {"compte": None, "menu_compte": ()}
    try:
        mandats = mandats_de(compte)
    except (DatabaseError, InterfaceError) as erreur:
        # The page that reports a database failure also renders this menu.
        log.error("menu_illisible", erreur=type(erreur).__name__)
        mandats = {}
    # Without a second factor, the counters would answer with the page that asks for one.
    mfa = request.session.get("mfa") is True
    return {
        "compte": compte,
        "session_avertie_apres": int((INACTIVITE - PREAVIS).total_seconds()),
        "menu_compte": [
            {
                "titre": e.titre,
                "adresse": adresse_de(e.route),
                "route": e.route,
                "compteur": adresse_de(e.compteur) if e.compteur and mfa else "",
            }
            for e in offres().menu
            if _est_pour(e, compte, mandats)
        ],
    }


def _est_pour(entree: Entree, compte: Compte, mandats: Collection[str]) -> bool:
    if entree.mandat:
        return entree.mandat in mandats
    return entree.qui is Qui.CONNECTE or compte.agent is (entree.qui is Qui.AGENT)
