"""Middlewares of every request: request id, limits, security headers, error pages."""

import secrets
from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.core.signals import request_finished
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from fce.config import erreurs
from fce.droits.comptes import envois
from fce.exploitation.serveur.adresses import adresse_ip
from fce.exploitation.serveur.refus import LONGUEUR_MAX_ADRESSE, REFUS
from fce.socle.base import replique
from fce.socle.base.reprise import remplacer_les_connexions_mortes
from fce.socle.erreurs import BaseIndisponible, FCEError
from fce.socle.web.routes import API, PROGRAMMES, Voie, politique_de, politique_du_chemin

METHODES = ("GET", "HEAD")
SANTE = ("/readyz", "/sante", "/sante/pret")
_DEPOTS = "/api/v1/depots"
PERMISSIONS = "browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
"""Browser features that no page uses; embedded content may not use them either."""
EXPOSES = (
    "Accept-Ranges, Content-Range, ETag, RateLimit, RateLimit-Policy, Repr-Digest, Retry-After, X-FCE-Curseur, "
    "X-FCE-Date-Des-Donnees, X-FCE-Ecrit-Le, X-FCE-Licence, X-Request-Id"
)
"""Headers that scripts of other sites may read."""
DEUX_ANS_S = 2 * 365 * 24 * 3600
BASE_EN_PANNE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
log = structlog.get_logger("fce.requetes")
Suite = Callable[[HttpRequest], HttpResponse]


class Securite:
    """Give each request an id, refuse malformed requests, set security headers. Only what programs read may be
    read by other sites."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        numero = secrets.token_hex(8)
        request.numero = numero  # type: ignore[attr-defined]
        request.adresse_ip = adresse_ip(request)  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(requete=numero):
            reponse = _refus(request) or self.suite(request)
            if reponse.status_code == 503:
                remplacer_les_connexions_mortes()
            if reponse.status_code == 405 and request.path.startswith(API):
                reponse = _methode_refusee(request, reponse["Allow"])
        reponse["X-Request-Id"] = numero
        reponse["Permissions-Policy"] = PERMISSIONS
        if settings.FCE_ADRESSE_PUBLIQUE.startswith("https://"):
            # Also sent here in case the front server that ends TLS does not send it.
            reponse["Strict-Transport-Security"] = f"max-age={DEUX_ANS_S}"
        reponse["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.path.startswith(_DEPOTS) or "HTTP_AUTHORIZATION" in request.META:
            # The answer is for this caller only: no shared cache, no script of another site. With a tag, it is open
            # data, which the caller may keep and ask for again.
            reponse["Cache-Control"] = "no-cache, private" if "ETag" in reponse else "no-store, private"
        elif request.path.startswith(PROGRAMMES):
            # Public data: scripts of other sites may read them, without credentials.
            reponse["Access-Control-Allow-Origin"] = "*"
            reponse["Access-Control-Expose-Headers"] = EXPOSES
        return reponse


def _refus(request: HttpRequest) -> HttpResponse | None:
    if (refus := request.META.get(REFUS)) is not None:
        details = {"retry_after": refus.reessayer} if refus.reessayer else {}
        return erreurs.page(request, refus.statut, refus.message, code=refus.code, **details)
    if len(request.get_full_path()) > LONGUEUR_MAX_ADRESSE:
        return erreurs.page(request, 414, "Cette adresse est trop longue : raccourcissez la recherche.")
    try:
        request.get_host()
    except DisallowedHost:
        return erreurs.demande_incorrecte(request)
    if request.method == "OPTIONS" and request.path.startswith(PROGRAMMES) and not request.path.startswith(_DEPOTS):
        return _annonce(request.path_info)
    # Refuse a method that writes, unless the view of this path declares it.
    if request.method not in METHODES and request.method not in _methodes(request.path_info):
        return _methode_refusee(request, ", ".join(METHODES))
    return None


def _annonce(chemin: str) -> HttpResponse | None:
    """Answer to OPTIONS: the methods and headers of an address for scripts of other sites; None without a view."""
    if not (methodes := ", ".join(sorted(_methodes(chemin)))):
        return None
    reponse = HttpResponse(status=204)
    reponse["Allow"] = reponse["Access-Control-Allow-Methods"] = methodes
    reponse["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match"
    reponse["Access-Control-Max-Age"] = "86400"
    return reponse


def _methodes(chemin: str) -> frozenset[str]:
    politique = politique_du_chemin(chemin)
    return politique.methodes if politique else frozenset()


def _methode_refusee(request: HttpRequest, acceptees: str) -> HttpResponse:
    message = "Cette page se lit seulement : rien ne peut y être envoyé."
    if request.path.startswith(API) and acceptees != ", ".join(METHODES):
        message = "Cette méthode n’est pas acceptée à cette adresse : voyez /api/v1/docs."
    reponse = erreurs.page(request, 405, message, code="methode_refusee")
    reponse["Allow"] = acceptees
    return reponse


class Replique:
    """Allow requests that only read (GET, HEAD, a POST whose policy says ``lit``) to read data on the replica, if there
    is one.

    Other requests read the primary, to see what they have just changed. ``request_finished`` ends this rather than the
    view, because a streamed answer is read after the view returns.
    """

    def __init__(self, suite: Suite) -> None:
        if not replique.reglee():
            raise MiddlewareNotUsed
        request_finished.connect(replique.fermer, dispatch_uid="replique")
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Health checks concern the primary.
        if _lit_seulement(request) and request.path not in SANTE:
            replique.ouvrir()
        else:
            replique.fermer()
        return self.suite(request)


def _lit_seulement(request: HttpRequest) -> bool:
    if request.method in METHODES:
        return True
    politique = politique_du_chemin(request.path_info)
    return politique is not None and politique.lit


class Erreurs:
    """Turn an expected error into its page; other exceptions give an anonymous page with the request id."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.suite(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page_de_l_erreur(request, exception)


class UneFois:
    """Answer once a form that is sent twice (``droits.comptes.envois``). A form with files is read later, by its
    view."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            reponse = self.suite(request)
            envois.noter(request, reponse)
            return reponse
        finally:
            envois.rendre(request)

    def process_view(self, request: HttpRequest, vue: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        politique = politique_de(vue)
        lit = politique is None or politique.lit or politique.voie is Voie.FRAGMENT
        if request.method != "POST" or lit or getattr(vue, "csrf_exempt", False):
            return None
        try:
            return envois.prendre(request)
        except (FCEError, *BASE_EN_PANNE) as erreur:
            return page_de_l_erreur(request, erreur)


def page_de_l_erreur(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The page of an expected error; None for any other exception."""
    if isinstance(exception, BASE_EN_PANNE):
        log.error("base_indisponible", erreur=type(exception).__name__)
        return erreurs.base_indisponible(request)
    # The error page must not query the database again.
    request.base_en_panne = isinstance(exception, BaseIndisponible)  # type: ignore[attr-defined]
    if isinstance(exception, FCEError):
        return erreurs.page(request, exception.status, exception.message, code=exception.code, **exception.details)
    return None
