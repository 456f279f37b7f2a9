"""What may be done from a sheet, or from a list of companies: a room that offers an action says so, and the page shows
it in one row.

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


@dataclass(frozen=True, slots=True)
class ActionDeListe:
    """What may be asked of all the companies of a page of results. ``adresse``: request → path of a page that takes the
    parameters of the list, None when it is not offered. ``sur_place``: through htmx it fills the places of the list;
    else its page is gone to."""

    libelle: str
    adresse: Callable[[HttpRequest], str | None]
    sur_place: bool = True


@dataclass(frozen=True, slots=True)
class ActionDeListeOfferte:
    """An action of a list with its address for one reader."""

    libelle: str
    adresse: str
    sur_place: bool


_DE_LISTE: Final[dict[str, ActionDeListe]] = {}


def declarer_de_liste(action: ActionDeListe) -> None:
    """Add an action to every list of companies. Raises ValueError when another one has its words."""
    if _DE_LISTE.setdefault(action.libelle, action) is not action:
        raise ValueError(f"« {action.libelle} » est déjà offerte")


def offertes_de_liste(request: HttpRequest) -> list[ActionDeListeOfferte]:
    """The actions offered to this reader on a list, those that fill its places first."""
    connues = [(a, a.adresse(request)) for a in sorted(_DE_LISTE.values(), key=lambda a: (not a.sur_place, a.libelle))]
    return [ActionDeListeOfferte(a.libelle, ou, a.sur_place) for a, ou in connues if ou]
