"""What may be done from a sheet: a room that offers an action says so, and the sheet shows it in one row.

An action that has no address for a unit, or for a reader, is not shown there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class ActionDeFiche:
    """``libelle``: as the button reads; ``adresse``: (request, SIREN or SIRET) → path, None when it is not offered.

    ``rang``: smallest first; ``principale``: a button of the row, else a line of the menu.
    """

    libelle: str
    adresse: Callable[[HttpRequest, str], str | None]
    rang: int
    principale: bool = False


@dataclass(frozen=True, slots=True)
class ActionOfferte:
    """An action with its address for one unit and one reader."""

    libelle: str
    adresse: str
    principale: bool


_ACTIONS: Final[dict[str, ActionDeFiche]] = {}


def declarer(action: ActionDeFiche) -> None:
    """Add an action to every sheet. Raises ValueError when another one has its words."""
    if _ACTIONS.setdefault(action.libelle, action) is not action:
        raise ValueError(f"« {action.libelle} » est déjà offerte")


def offertes(request: HttpRequest, numero: str) -> list[ActionOfferte]:
    """The actions offered to this reader on a unit, in order."""
    rangees = sorted(_ACTIONS.values(), key=lambda a: (a.rang, a.libelle))
    connues = [(a, a.adresse(request, numero)) for a in rangees]
    return [ActionOfferte(a.libelle, ou, a.principale) for a, ou in connues if ou]
