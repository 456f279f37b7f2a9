"""Browser of a session: its name, for the owner, and a warning when the cookie appears in another browser."""

from typing import Final

import structlog
from django.http import HttpRequest
from django.urls import reverse

from fce.droits.comptes import courriels
from fce.droits.comptes.evenements import SYSTEME, noter
from fce.droits.comptes.models import Session
from fce.droits.comptes.sessions import SessionStore
from fce.socle.base.ecriture import ecriture
from fce.socle.web.jetons import empreinte

log = structlog.get_logger("fce.connexion")
SIGNALE: Final = "autre_navigateur"
_NOMS: Final = ("Edg", "Firefox", "Chrome", "Safari")
_SYSTEMES: Final = {"Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "Mac OS": "macOS", "Linux": "Linux"}


def nom(request: HttpRequest) -> str:
    """Return « Firefox, Linux », whatever the version; "Navigateur" when unknown."""
    agent = request.headers.get("User-Agent", "")
    navigateur = next((n for n in _NOMS if n in agent), "Navigateur").replace("Edg", "Edge")
    systeme = next((titre for marque, titre in _SYSTEMES.items() if marque in agent), "")
    return f"{navigateur}, {systeme}" if systeme else navigateur


def surveiller(request: HttpRequest, session: SessionStore) -> None:
    """Warn the owner, once, when the session's cookie comes from another browser than the one that signed in.

    A cookie does not change browser by itself, so it may be stolen. IP addresses are not compared, because agents often
    change network.
    """
    attendu, vu = session.origine.get("navigateur", ""), nom(request)
    if not attendu or vu == attendu or SIGNALE in session or session.compte is None:
        return
    compte = session.compte
    with ecriture():
        # Only one of several concurrent requests sends the warning.
        premiere = (
            Session.objects.filter(empreinte=empreinte(session.session_key or ""))
            .exclude(donnees__has_key=SIGNALE)
            .update(donnees={**dict(session.items()), SIGNALE: vu})
        )
        if premiere:
            noter(SYSTEME, "session_suspecte", compte.identifiant, {"navigateur": attendu}, {"navigateur": vu})
            courriels.annoncer(compte, _phrase(attendu, vu), reverse("comptes:compte"))
    if premiere:
        log.warning("session_dans_un_autre_navigateur", compte=compte.identifiant)


def _phrase(attendu: str, vu: str) -> str:
    return (
        f"Votre session ouverte avec « {attendu} » a été vue dans « {vu} » : si ce n’est pas vous, terminez vos "
        "sessions et prévenez l’équipe"
    )
