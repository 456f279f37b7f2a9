"""Check a request's Content-Type before Django, which takes from it the codec of all the text received.

Some codecs are attacks: ``punycode`` takes a minute of processor for a megabyte, ``hex`` is not a text codec,
``unicode_escape`` gives characters that UTF-8 cannot encode. Only UTF-8 is accepted.
"""

from collections.abc import MutableMapping
from typing import Any, Final

from fce.exploitation.serveur.refus import RefusHttp

LONGUEUR_MAX: Final = 256
UTF_8: Final = frozenset({"utf-8", "utf8"})
_CLE: Final = "CONTENT_TYPE"


def refus_du_type(valeur: str) -> RefusHttp | None:
    """Return why a Content-Type is refused (415), None when accepted.

    Refused: longer than ``LONGUEUR_MAX``; a parameter with ``*`` (RFC 2231: own codec, or split value); a charset other
    than UTF-8, whatever its quotes or spaces.
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
    """Remove a refused Content-Type from a WSGI environment and return the refusal; None when accepted."""
    valeur = str(environ.get(_CLE) or "")
    if not valeur or (refus := refus_du_type(valeur)) is None:
        return None
    environ[_CLE] = ""
    return refus


def _refus(message: str) -> RefusHttp:
    return RefusHttp(415, message, "type_refuse")
