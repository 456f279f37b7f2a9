"""The Content-Type of a request, read once before Django: Django takes from it the codec of every text that is sent.

A codec is a program that the sender chooses: ``punycode`` takes a minute of processor for a megabyte, ``hex`` is no
codec of text, ``unicode_escape`` makes characters that UTF-8 cannot write. Forms and JSON are sent in UTF-8.
"""

from collections.abc import MutableMapping
from typing import Any, Final

from fce.config.refus import RefusHttp

LONGUEUR_MAX: Final = 256
UTF_8: Final = frozenset({"utf-8", "utf8"})
_CLE: Final = "CONTENT_TYPE"


def refus_du_type(valeur: str) -> RefusHttp | None:
    """Why a Content-Type is refused (415), None when it is accepted.

    Refused: longer than ``LONGUEUR_MAX``; a parameter with ``*`` (RFC 2231: a value in a codec of its own, or in
    pieces); a charset other than UTF-8. The same whatever the quotes or the spaces.
    """
    if len(valeur) > LONGUEUR_MAX:
        return _refus(f"L’en-tête Content-Type est trop long : {LONGUEUR_MAX} octets au plus.")
    _, *parametres = valeur.split(";")
    for parametre in parametres:
        nom, _, dit = parametre.partition("=")
        if "*" in nom:
            return _refus("L’en-tête Content-Type n’accepte pas de paramètre étendu (« * ») : écrivez-le simplement.")
        if nom.strip().lower() == "charset" and dit.strip().strip("\"'").strip().lower() not in UTF_8:
            return _refus("Seul l’encodage UTF-8 est accepté : envoyez ce texte en UTF-8.")
    return None


def retirer_le_type(environ: MutableMapping[str, Any]) -> RefusHttp | None:
    """Take a Content-Type that is refused out of a WSGI environment, and return why."""
    valeur = str(environ.get(_CLE) or "")
    if not valeur or (refus := refus_du_type(valeur)) is None:
        return None
    environ[_CLE] = ""
    return refus


def _refus(message: str) -> RefusHttp:
    return RefusHttp(415, message, "type_refuse")
