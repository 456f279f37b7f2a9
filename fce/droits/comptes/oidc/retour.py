"""Where to go after sign-in: always a page of this service."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from django.utils.http import url_has_allowed_host_and_scheme

ACCUEIL: Final = "/"
LONGUEUR_MAX: Final = 2000
# Printable ASCII without space or backslash, because browsers drop or convert the other characters.
_PERMISE: Final = re.compile(r"/[!-\[\]-~]*")
_DECODAGES: Final = 5


def adresse_sure(next: str) -> str:
    """Return ``next`` when it is an absolute path of this service, else the home page.

    Also refuses a path that becomes another host's URL once decoded, even several times, because a front server may
    decode it.
    """
    if not _est_locale(next):
        return ACCUEIL
    chemin = next.partition("?")[0].partition("#")[0]
    for _ in range(_DECODAGES):
        decode = unquote(chemin)
        if decode == chemin:
            return next
        if not _est_locale(decode, ascii_seul=False):
            return ACCUEIL
        chemin = decode
    return ACCUEIL


def _est_locale(adresse: str, *, ascii_seul: bool = True) -> bool:
    if len(adresse) > LONGUEUR_MAX or (ascii_seul and not _PERMISE.fullmatch(adresse)):
        return False
    chemin = adresse.partition("?")[0].partition("#")[0]
    if not chemin.startswith("/") or "//" in chemin or "\\" in chemin or not chemin.isprintable():
        return False
    # Our rules are stricter today; Django's follow the behaviour of browsers.
    return url_has_allowed_host_and_scheme(adresse, allowed_hosts=None)
