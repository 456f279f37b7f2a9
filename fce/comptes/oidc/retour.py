"""Where to go after sign-in: a page of this service, whatever was written in the address."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from django.utils.http import url_has_allowed_host_and_scheme

ACCUEIL: Final = "/"
LONGUEUR_MAX: Final = 2000
# Printable ASCII without space nor backslash: browsers drop or turn the others before they read an address.
_PERMISE: Final = re.compile(r"/[!-\[\]-~]*")
_DECODAGES: Final = 5


def adresse_sure(next: str) -> str:
    """``next`` when it is an absolute path of this service (with its query), else the home page.

    A path that would become the address of another host once decoded, however many times, is refused too: what stands
    in front of this service may decode it.
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
    # The rules above are stricter today; Django's follow what browsers invent.
    return url_has_allowed_host_and_scheme(adresse, allowed_hosts=None)
