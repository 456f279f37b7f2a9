"""The pages that anyone may open: each room declares its own, and the map of the site and ``sitemap.xml`` list them.

No sheet of a company is among them: search engines are not led to people, masked or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

RUBRIQUES_DU_PLAN: Final = ("Chercher", "Les données", "Le service", "Aide et contact", "Informations légales")


@dataclass(frozen=True, slots=True)
class PageOuverte:
    """A page that anyone may open. ``route``: name of its address, which takes no argument."""

    rubrique: str
    titre: str
    route: str

    @property
    def adresse(self) -> str:
        """Path of the page."""
        return reverse(self.route)


_PAGES: Final[dict[str, PageOuverte]] = {}


def declarer(rubrique: str, titre: str, route: str) -> None:
    """Add a page to the map. Raises ValueError for a chapter that is not of the map, or a page already there."""
    page = PageOuverte(rubrique, titre, route)
    if rubrique not in RUBRIQUES_DU_PLAN or _PAGES.setdefault(route, page) != page:
        raise ValueError(f"« {titre} » ne peut pas entrer au plan du site")


def pages_ouvertes() -> dict[str, list[PageOuverte]]:
    """{chapter: its pages, in the order in which they were declared}, chapters in their order, none empty."""
    rangees = {r: [p for p in _PAGES.values() if p.rubrique == r] for r in RUBRIQUES_DU_PLAN}
    return {rubrique: pages for rubrique, pages in rangees.items() if pages}
