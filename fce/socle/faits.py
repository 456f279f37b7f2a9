"""What was just done, said on the page that one comes back to: the address names a phrase (``?fait=``) that a room
declares, and the frame of all pages shows it."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseRedirect

from fce.socle.offres import offres
from fce.socle.parcours import avis_du_fait

PARAMETRE: Final = "fait"


def revenir(adresse: str, code: str) -> HttpResponseRedirect:
    """Go back to a page, which says what was just done. Raises KeyError for a phrase that no room declares."""
    offres().faits[code]
    return HttpResponseRedirect(f"{adresse}{'&' if '?' in adresse else '?'}{PARAMETRE}={code}")


def contexte(request: HttpRequest) -> dict[str, str]:
    """Context processor: ``geste_fait``, the phrase to say, "" for none, or when the address has too much to be read:
    the page that says so is made too. ``avis_du_geste``: where to say what one thinks of the journey that it ends."""
    try:
        code = request.GET.get(PARAMETRE, "")
    except SuspiciousOperation:
        code = ""
    phrase = offres().faits.get(code, "")
    return {"geste_fait": phrase, "avis_du_geste": avis_du_fait(code) if phrase else ""}
