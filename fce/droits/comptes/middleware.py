"""Sets ``request.compte``: the signed-in account, or None. Without a cookie, does not query the database."""

from collections.abc import Callable
from typing import cast

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from fce.droits.comptes import navigateurs
from fce.droits.comptes.models import Compte
from fce.droits.comptes.sessions import SessionStore
from fce.socle.base.roles import Role, prendre_role, rendre_role
from fce.socle.erreurs import BaseIndisponible
from fce.socle.web.routes import COMPTE, MCP

log = structlog.get_logger("fce.connexion")
Suite = Callable[[HttpRequest], HttpResponseBase]


class Connexion:
    """Set ``request.compte``, note that its session is in use, and forbid caches to keep the answer."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.compte = _compte(request)  # type: ignore[attr-defined]
        connecte = request.compte is not None  # type: ignore[attr-defined]
        if connecte:
            request.META[COMPTE] = f"compte {request.compte.pk}"  # type: ignore[attr-defined]
        reponse = self.suite(request)
        # For anonymous readers too, because the same address has another answer once they sign in.
        if not request.path.startswith("/api/"):
            patch_vary_headers(reponse, ["Cookie"])
        if connecte or getattr(request, "compte", None) is not None:
            reponse["Cache-Control"] = "no-store, private"
            reponse["Referrer-Policy"] = "same-origin"
        return reponse


def _compte(request: HttpRequest) -> Compte | None:
    """The account of the session. A request without a cookie asks nothing of the database; an assistant has none."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path_info == MCP:
        return None
    session = cast(SessionStore, request.session)
    try:
        prendre_role(Role.AGENTS)
        session.get("depuis")  # triggers the loading of the session
        compte: Compte | None = getattr(session, "compte", None)
        prendre_role(_role_de(compte))
        if compte is not None and not _sondage(request):
            session.voir(timezone.now())
            navigateurs.surveiller(request, session)
    except (DatabaseError, InterfaceError, BaseIndisponible) as erreur:
        # The reader counts as anonymous: pages open to all may still work, and the others do not say that his session
        # has ended.
        request.base_en_panne = True  # type: ignore[attr-defined]
        log.error("session_illisible", erreur=type(erreur).__name__)
        rendre_role()
        return None
    return compte


def _role_de(compte: Compte | None) -> Role:
    """The role of the database for the rest of the request: public when the cookie opens no session."""
    if compte is None:
        return Role.PUBLIC
    return Role.AGENTS if compte.agent else Role.COMPTES


def _sondage(request: HttpRequest) -> bool:
    """Whether the page itself asks for a live bloc, which does not show that its reader is there."""
    return request.headers.get("HX-Request") == "true" and "/direct/" in request.path
