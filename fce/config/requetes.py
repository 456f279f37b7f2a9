"""Requests as Django makes them, of what a WSGI server hands over: whichever the server, a test's included."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from fce.config import types_de_contenu
from fce.config.middleware import REFUS


class RequeteWsgi(WSGIRequest):
    """A request whose Content-Type is checked before Django reads it; the first middleware answers the refusal."""

    def __init__(self, environ: dict[str, Any]) -> None:
        if (refus := types_de_contenu.retirer_le_type(environ)) is not None:
            environ.setdefault(REFUS, refus)
        super().__init__(environ)


class Application(WSGIHandler):
    """The WSGI application of the service."""

    request_class = RequeteWsgi
