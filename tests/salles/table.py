"""The rooms that an operator may close: the setting of each, the addresses that are its own, the tests that are too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.urls import ResolverMatch


def _depots(trouve: ResolverMatch) -> bool:
    nom = trouve.url_name or ""
    if trouve.namespace == "api-v1":
        return trouve.route.startswith("api/v1/depots")
    return trouve.namespace == "portail" and nom.startswith("depot") and not nom.startswith("depot-signalement")


@dataclass(frozen=True, slots=True)
class Salle:
    """``sienne``: whether an address is of this room; ``tests``: folders and files that need it open, below tests/."""

    reglage: str
    sienne: Callable[[ResolverMatch], bool]
    tests: tuple[str, ...]


SALLES: Final = (
    Salle("FCE_ECHANGES", lambda trouve: trouve.namespace == "echanges", ("echanges",)),
    Salle("FCE_CONVENTION", lambda trouve: trouve.namespace == "convention", ("convention",)),
    Salle("FCE_STATISTIQUES", lambda trouve: trouve.namespace == "statistiques", ("statistiques",)),
    Salle("FCE_DEPOTS", _depots, ("imports/depots",)),
)
