"""What was just done, said on the page that one comes back to: a room declares its phrases, an address names one
(``?fait=``), and the frame of all pages says it."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

PARAMETRE: Final = "fait"
_FAITS: Final[dict[str, str]] = {}


def declarer(code: str, phrase: str) -> None:
    """Add a phrase. Raises ValueError when another one has its code."""
    if _FAITS.setdefault(code, phrase) != phrase:
        raise ValueError(f"« {code} » est déjà dit")


def contexte(request: HttpRequest) -> dict[str, str]:
    """Context processor: ``geste_fait``, the phrase to say, "" for none, or when the address has too much to be read:
    the page that says so is made too."""
    try:
        return {"geste_fait": _FAITS.get(request.GET.get(PARAMETRE, ""), "")}
    except SuspiciousOperation:
        return {"geste_fait": ""}
