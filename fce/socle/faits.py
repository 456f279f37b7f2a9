"""What was just done, said on the page that one comes back to: the views of a room declare their phrases, an address
names one (``?fait=``), and the frame of all pages says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseRedirect

from fce.socle.parcours import avis_du_fait

PARAMETRE: Final = "fait"
_FAITS: Final[dict[str, str]] = {}


def declarer(phrases: Mapping[str, str]) -> None:
    """Add phrases, {code: phrase}. Raises ValueError when another one has its code."""
    for code, phrase in phrases.items():
        if _FAITS.setdefault(code, phrase) != phrase:
            raise ValueError(f"« {code} » est déjà dit")


def revenir(adresse: str, code: str) -> HttpResponseRedirect:
    """Go back to a page, which says what was just done. Raises KeyError for a phrase that nobody declared."""
    _FAITS[code]
    return HttpResponseRedirect(f"{adresse}{'&' if '?' in adresse else '?'}{PARAMETRE}={code}")


def contexte(request: HttpRequest) -> dict[str, str]:
    """Context processor: ``geste_fait``, the phrase to say, "" for none, or when the address has too much to be read:
    the page that says so is made too. ``avis_du_geste``: where to say what one thinks of the journey that it ends."""
    try:
        code = request.GET.get(PARAMETRE, "")
    except SuspiciousOperation:
        code = ""
    phrase = _FAITS.get(code, "")
    return {"geste_fait": phrase, "avis_du_geste": avis_du_fait(code) if phrase else ""}
