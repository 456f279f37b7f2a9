"""The environment of WSGI (PEP 3333) of a request."""

import io
import sys
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from fce.config.serveur.reponse import FichierWsgi
from fce.config.serveur.tete import Tete

_A_PART: Final = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


def environnement(lue: Tete, client: str, hote: tuple[str, int]) -> dict[str, Any]:
    """What the application is told of a request from ``client``; the body is put in by who reads it."""
    chemin, _, question = lue.cible.partition(b"?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": lue.methode,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(chemin).decode("latin-1"),
        "QUERY_STRING": question.decode("latin-1"),
        "SERVER_NAME": hote[0],
        "SERVER_PORT": str(hote[1]),
        "SERVER_PROTOCOL": f"HTTP/{lue.version}",
        "REMOTE_ADDR": client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FichierWsgi,
    }
    for nom, brute in lue.entetes:
        # Once in the environment, "x_forwarded_for" could not be told from "x-forwarded-for".
        if b"_" in nom:
            continue
        cle = _A_PART.get(nom) or "HTTP_" + nom.decode("ascii").upper().replace("-", "_")
        valeur = brute.decode("latin-1")
        if cle in environ:
            valeur = f"{environ[cle]}{'; ' if cle == 'HTTP_COOKIE' else ','}{valeur}"
        environ[cle] = valeur
    return environ
