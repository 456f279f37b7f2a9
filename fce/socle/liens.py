"""Where things are shown: a room that shows one says so, and those below name the thing without knowing the room.

Things: "entreprise" and "etablissement" (a number), "source" (its name), "accueil", "signaler" (a SIREN),
"finalite" (where a purpose is confirmed).
Names of companies, too (``nommer_par``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from django.urls import reverse

from fce.socle.identifiants import est_siret

_PAGES: Final[dict[str, str]] = {}
Nommer = Callable[[Iterable[str]], Mapping[str, str]]
_NOMS: Final[list[Nommer]] = []


def declarer(chose: str, route: str) -> None:
    """Say that ``route`` shows things of this kind. Raises ValueError when another one does."""
    if _PAGES.setdefault(chose, route) != route:
        raise ValueError(f"« {chose} » est déjà montré par {_PAGES[chose]}")


def adresse(chose: str, *arguments: object) -> str:
    """Return the path of the page that shows a thing. Raises KeyError when no room shows this kind."""
    return reverse(_PAGES[chose], args=arguments)


def adresse_signaler(numero: str) -> str:
    """Return the path where an error is reported about a company (SIREN) or an establishment (SIRET)."""
    page = adresse("signaler", numero[:9])
    return f"{page}?siret={numero}" if est_siret(numero) else page


def nommer_par(nommer: Nommer) -> None:
    """Say who knows the names of companies: {SIREN: the name that everyone sees}, of those that exist."""
    _NOMS[:] = [nommer]


def noms(sirens: Iterable[str]) -> Mapping[str, str]:
    """{SIREN: the name that everyone sees} of those that exist; none where nobody knows."""
    return _NOMS[0](sirens) if _NOMS else {}
