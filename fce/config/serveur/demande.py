"""Convert an ASGI scope to a WSGI environment (PEP 3333).

Refuses the malformed requests that granian accepts and that two servers in a row could read differently (request
smuggling).
"""

import io
import sys
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes
from wsgiref.util import FileWrapper

from fce.config.refus import LONGUEUR_MAX_ADRESSE, RefusHttp
from fce.socle.web.routes import Politique, politique_du_chemin

_SANS_PREFIXE: Final = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
_MAL_FAITE: Final = "Cette demande n’est pas écrite comme le veut HTTP/1.1."


def environnement(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return the WSGI environment of a request, without its body. Raises RefusHttp (400, 411)."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "SERVER_PROTOCOL": "HTTP/1.1" if scope["http_version"] == "1.1" else "HTTP/1.0",
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    _poser_les_entetes(environ, scope["headers"])
    if "HTTP_TRANSFER_ENCODING" in environ:
        # granian hides a Content-Length sent along with Transfer-Encoding, and WSGI needs a length.
        raise RefusHttp(411, "Envoyez un corps dont la taille est connue (Content-Length).", "longueur_requise")
    if not environ.get("HTTP_HOST"):
        # granian adds an empty Host when it is missing; only HTTP/1.0 allows that.
        if environ["SERVER_PROTOCOL"] == "HTTP/1.1":
            raise RefusHttp(400, _MAL_FAITE)
        environ.pop("HTTP_HOST", None)
    return environ


def _poser_les_entetes(environ: dict[str, Any], entetes: list[tuple[bytes, bytes]]) -> None:
    for nom, brute in entetes:
        # The WSGI environment cannot tell "x_forwarded_for" from "x-forwarded-for".
        if b"_" in nom:
            raise RefusHttp(400, _MAL_FAITE)
        cle = _SANS_PREFIXE.get(nom) or "HTTP_" + nom.decode("ascii").upper().replace("-", "_")
        valeur = brute.decode("latin-1")
        if cle in environ:
            if cle in ("HTTP_HOST", "CONTENT_LENGTH"):
                raise RefusHttp(400, _MAL_FAITE)
            valeur = f"{environ[cle]}{'; ' if cle == 'HTTP_COOKIE' else ','}{valeur}"
        environ[cle] = valeur


def politique_demandee(environ: Mapping[str, Any]) -> Politique | None:
    """Return the policy of the view at this path; None when the path is too long or has no view."""
    chemin: str = environ["PATH_INFO"]
    if len(chemin) > LONGUEUR_MAX_ADRESSE:
        return None
    return politique_du_chemin(chemin.encode("latin-1").decode("utf-8", "replace"))
