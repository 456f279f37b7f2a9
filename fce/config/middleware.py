"""What every request passes through: a request id, the size limit of addresses, and expected errors made into pages."""

import secrets
from collections.abc import Callable

import structlog
from django.db import Error as DatabaseError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from fce.config import erreurs
from fce.socle.erreurs import BaseIndisponible, FCEError

LONGUEUR_MAX_ADRESSE = 8192
journal = structlog.get_logger("fce.requetes")
Suite = Callable[[HttpRequest], HttpResponse]


class Securite:
    """Give each request an id, refuse over-long addresses, and keep every cross-origin door closed."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        numero = secrets.token_hex(8)
        request.numero = numero  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(requete=numero):
            if len(request.get_full_path()) > LONGUEUR_MAX_ADRESSE:
                reponse = erreurs.page(request, 414, "Cette adresse est trop longue : raccourcissez la recherche.")
            else:
                reponse = self.suite(request)
        reponse["X-Request-Id"] = numero
        reponse["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), interest-cohort=()"
        reponse["Cross-Origin-Resource-Policy"] = "same-origin"
        return reponse


class Erreurs:
    """Turn an expected error into its page; anything else into an anonymous page with the request id."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.suite(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError) or _pool_epuise(exception):
            journal.error("base_indisponible", erreur=type(exception).__name__)
            exception = BaseIndisponible("Le service est momentanément indisponible. Réessayez dans quelques instants.")
        if isinstance(exception, FCEError):
            return erreurs.page(request, exception.status, exception.message, code=exception.code, **exception.details)
        return None


def _pool_epuise(exception: Exception) -> bool:
    # psycopg_pool.PoolTimeout is an OperationalError of psycopg, not of Django; Django wraps most but not all of them.
    cause = exception.__cause__ if isinstance(exception, DatabaseError) else exception
    return type(cause).__name__ in {"PoolTimeout", "OperationalError", "ConnectionTimeout"}
