"""Confirmation shown after an action: the redirection carries the code of a sentence (``?fait=``) that a room declares,
and the page frame shows it."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseRedirect

from fce.socle.texte.formats import nombre
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.offres import offres
from fce.socle.web.parcours import avis_du_fait

PARAMETRE: Final = "fait"


def revenir(adresse: str, code: str, combien: int | None = None) -> HttpResponseRedirect:
    """Redirect to a page that shows the sentence ``code``, « {n} » in it being ``combien``. Raises KeyError for an
    undeclared code."""
    offres().faits[code]
    compte = "" if combien is None else f".{combien}"
    return HttpResponseRedirect(f"{adresse}{'&' if '?' in adresse else '?'}{PARAMETRE}={code}{compte}")


def contexte(request: HttpRequest) -> dict[str, str]:
    """Context processor: ``geste_fait``, sentence to show or ""; ``avis_du_geste``, URL to give one's opinion on the
    finished journey, or "". When the query string has too many fields to be read, both are "", so that the error page
    itself renders."""
    try:
        code = request.GET.get(PARAMETRE, "")
    except SuspiciousOperation:
        code = ""
    code, _, combien = code.partition(".")
    phrase = offres().faits.get(code, "").replace("{n}", nombre(lire_entier(combien)))
    return {"geste_fait": phrase, "avis_du_geste": avis_du_fait(code) if phrase else ""}
