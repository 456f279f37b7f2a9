"""axe looks at one page of each address that the resolver lists; a new one is looked at, or fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.accessibilite.regards import RACINE, ouvrir, rendues_par
from tests.navigateur import violations
from tests.visite import est_une_page

AILLEURS = {
    **dict.fromkeys(
        (
            "operations", "operations/creer", "operations/<operation:numero>",
            "operations/<operation:numero>/impression", "operations/<operation:numero>/modifier",
            "operations/<operation:numero>/clore",
            "operations/<operation:numero>/cibles/<cible:cible>", "operations/<operation:numero>/visites/<int:service>",
            "entreprise/<str:numero>/demande", "etablissement/<str:numero>/demande",
            "demandes", "demandes/<demande:numero>",
        ),
        "tests/accessibilite/test_scenes.py",
    ),
    **dict.fromkeys(("suivis/recherche", "suivis/arret/<str:secret>"), "tests/echanges/suivis/test_navigateur.py"),
}  # fmt: skip
"""What no link of the demonstration leads to: the file where axe looks at it."""

SANS_PAGE = {
    **dict.fromkeys(
        (
            "enterprise/<path:siren>", "establishment/<path:siret>", "statistics", "donnees", "mon-service",
            "territoire/<slug:genre>/<str:code>/alarmes",
            *(f"{liste}/<int:numero>" for liste in ("contacts", "visites", "operations", "demandes")),
        ),
        "leads to another address",
    ),
    "connexion/<slug:cle>/retour": "leads to another address, or to the page of an error",
    **dict.fromkeys(
        (
            "sources/catalogue.jsonld", "sources/<str:nom>/schema.json", "sources/<str:nom>/exemple",
            "sources/<str:nom>/donnees.schema.json", "stats/schema.json", "calendrier/<str:secret>.ics",
            "operations/<operation:numero>.ics", "visites/<visite:numero>.ics",
            "readyz", "sante", "sante/pret", "sitemap.xml", "robots.txt", ".well-known/security.txt",
        ),
        "a file, or an answer for a program",
    ),
}  # fmt: skip
"""What a browser is given that is no page."""


def _motifs(motifs: list[Any], prefixe: str = "") -> Iterator[tuple[str, Any]]:
    for motif in motifs:
        route = prefixe + str(motif.pattern)
        if isinstance(motif, URLResolver):
            yield from _motifs(motif.url_patterns, route)
        elif isinstance(motif, URLPattern):
            yield route, motif.callback


PAGES = sorted({route for route, vue in _motifs(get_resolver().url_patterns) if est_une_page(vue)})
VUES = [route for route in PAGES if route not in AILLEURS.keys() | SANS_PAGE.keys()]


@pytest.fixture(scope="session")
def rendues(demonstration: dict[str, str]) -> dict[str, str]:
    """{route: the HTML of one of its pages, for someone who may read it}."""
    return rendues_par("tests.accessibilite.toutes", demonstration, delai=300)


def test_every_address_of_the_resolver_has_a_page_that_is_looked_at(rendues: dict[str, str]) -> None:
    assert [route for route in VUES if route not in rendues] == []
    assert len(VUES) > 100


def test_the_tables_name_addresses_that_exist_and_files_that_use_axe() -> None:
    assert AILLEURS.keys() | SANS_PAGE.keys() <= set(PAGES)
    for fichier in set(AILLEURS.values()):
        texte = Path(RACINE, fichier).read_text(encoding="utf-8")
        assert any(regard in texte for regard in ("violations(page)", "regarder(page")), fichier


@pytest.mark.parametrize("largeur", [1280, 390])
@pytest.mark.parametrize("route", VUES)
def test_no_violation_and_nothing_wider_than_the_screen(
    page: Page, rendues: dict[str, str], route: str, largeur: int
) -> None:
    ouvrir(page, rendues[route], largeur)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur
