"""Django's WSGI handler and request, with the Content-Type checked first; the same under any server and in tests."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from fce.config import types_de_contenu
from fce.exploitation.serveur.refus import REFUS


class RequeteWsgi(WSGIRequest):
    """A request whose Content-Type is checked before Django reads it; the first middleware sends the refusal."""

    def __init__(self, environ: dict[str, Any]) -> None:
        if (refus := types_de_contenu.retirer_le_type(environ)) is not None:
            environ.setdefault(REFUS, refus)
        super().__init__(environ)


class Application(WSGIHandler):
    request_class = RequeteWsgi
