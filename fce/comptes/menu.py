"""The menu of the account. Each room adds its own entries (``ajouter``, in its ``AppConfig.ready``)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from fce.comptes.models import Compte
from fce.comptes.requete import compte_de
from fce.comptes.selectors import mandats_de
from fce.comptes.sessions import INACTIVITE
from fce.socle.liens import adresse_de

PREAVIS: Final = timedelta(minutes=5)
"""How long before its end a session that nobody uses says so: ``cadre/session.html`` names it."""
log = structlog.get_logger("fce.connexion")


@dataclass(frozen=True, slots=True)
class Entree:
    """``pour``: whether an account with these mandates sees it. ``rang``: lower first. ``compteur``: route of a
    fragment that says how many wait there, asked for when the menu is opened; "" for none."""

    titre: str
    nom_url: str
    pour: Callable[[Compte, Mapping[str, list[str]]], bool]
    rang: int = 50
    compteur: str = ""


_ENTREES: dict[str, Entree] = {}


def ajouter(*entrees: Entree) -> None:
    """Add entries to the menu of every account that they are for."""
    _ENTREES.update({e.nom_url: e for e in entrees})


def contexte(request: HttpRequest) -> Mapping[str, Any]:
    """Context processor: ``compte`` (or None), ``menu_compte``, seconds after which its session warns of its end."""
    compte = compte_de(request)
    if compte is None:
        return {"compte": None, "menu_compte": ()}
    try:
        mandats = mandats_de(compte)
    except (DatabaseError, InterfaceError) as erreur:
        # An error page says that the database is down: it must not need it.
        log.error("menu_illisible", erreur=type(erreur).__name__)
        mandats = {}
    entrees = sorted((e for e in _ENTREES.values() if e.pour(compte, mandats)), key=lambda e: (e.rang, e.titre))
    # Without a second factor, asking how many wait would lead to the page that asks for one.
    mfa = request.session.get("mfa") is True
    return {
        "compte": compte,
        "session_avertie_apres": int((INACTIVITE - PREAVIS).total_seconds()),
        "menu_compte": [
            {
                "titre": e.titre,
                "adresse": adresse_de(e.nom_url),
                "route": e.nom_url,
                "compteur": adresse_de(e.compteur) if e.compteur and mfa else "",
            }
            for e in entrees
        ],
    }
