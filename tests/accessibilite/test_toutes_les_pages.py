"""axe looks at one page of each address that the resolver lists; a new one is looked at, or fails."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.accessibilite.regards import RACINE, rendues_par
from tests.accessibilite.test_fiche_pleine import ouvrir
from tests.navigateur import violations
from tests.visite import est_une_page

AILLEURS = {
    **dict.fromkeys(
        (
            "operations", "operations/creer", "operations/<int:numero>", "operations/<int:numero>/impression",
            "operations/<int:numero>/modifier", "operations/<int:numero>/clore",
            "operations/<int:numero>/cibles/<int:cible>", "operations/<int:numero>/visites/<int:service>",
            "entreprise/<str:numero>/demande",
            "etablissement/<str:numero>/demande", "demandes", "demandes/<int:numero>",
        ),
        "tests/accessibilite/test_scenes.py",
    ),
    **dict.fromkeys(("suivis/recherche", "suivis/arret/<str:secret>"), "tests/echanges/suivis/test_navigateur.py"),
}  # fmt: skip
"""What no link of the demonstration leads to: the file where axe looks at it."""

SANS_PAGE = {
    **dict.fromkeys(
        ("enterprise/<path:siren>", "establishment/<path:siret>", "statistics", "mon-service"),
        "leads to another address",
    ),
    "connexion/<slug:cle>/retour": "leads to another address, or to the page of an error",
    **dict.fromkeys(
        (
            "sources/catalogue.jsonld", "sources/<str:nom>/schema.json", "sources/<str:nom>/exemple",
            "sources/<str:nom>/donnees.schema.json", "stats/schema.json", "calendrier/<str:secret>.ics",
            "operations/<int:numero>.ics", "readyz", "sante", "sitemap.xml", "robots.txt", ".well-known/security.txt",
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


class Lue(HTMLParser):
    """What the grid asks of a page: its elements with their attributes, and the text of its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.declaration = ""
        self.titre = ""
        self.liens: list[str] = []
        self._dans: list[str] = []
        self.feed(html)

    def handle_decl(self, decl: str) -> None:
        self.declaration = self.declaration or decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("a", "title"):
            self._dans.append(tag)
        if tag == "a":
            self.liens.append("")
        elif tag == "img" and "a" in self._dans:
            self.liens[-1] += dict(attrs).get("alt") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in self._dans:
            self._dans.remove(tag)

    def handle_data(self, data: str) -> None:
        if "a" in self._dans:
            self.liens[-1] += data.strip()
        elif "title" in self._dans:
            self.titre += data

    def attributs(self, balise: str) -> list[dict[str, str | None]]:
        return [attributs for nom, attributs in self.elements if nom == balise]


@pytest.fixture(scope="module")
def lues(rendues: dict[str, str]) -> dict[str, Lue]:
    return {route: Lue(rendues[route]) for route in VUES}


def test_every_page_is_a_document_whose_language_title_and_zones_are_told(lues: dict[str, Lue]) -> None:
    """RGAA 8.1, 8.3, 8.4, 8.5, 9.2 and 12.6: all that the service writes is in French."""
    for route, lue in lues.items():
        assert lue.declaration.lower() == "doctype html", route
        assert [html.get("lang") for html in lue.attributs("html")] == ["fr"], route
        assert lue.titre.strip(" –\n"), route
        for zone, role in (("header", "banner"), ("main", None), ("footer", "contentinfo")):
            roles = [attributs.get("role") for attributs in lue.attributs(zone)]
            assert roles.count(role) == 1, (route, zone)
        assert all(nav.get("aria-label") or nav.get("aria-labelledby") for nav in lue.attributs("nav")), route
        assert any(attributs.get("role") == "search" or nom == "search" for nom, attributs in lue.elements), route


def test_every_link_has_a_name(lues: dict[str, Lue]) -> None:
    """RGAA 6.2."""
    assert {route: lue.liens for route, lue in lues.items() if not all(lue.liens)} == {}


def test_no_page_has_a_media_nor_a_frame(lues: dict[str, Lue]) -> None:
    """RGAA 2.1, 2.2 and 4.1 to 4.13 apply to nothing here."""
    medias = {"iframe", "frame", "video", "audio", "object", "embed", "canvas", "applet", "bgsound"}
    assert {route: la for route, lue in lues.items() if (la := medias & {nom for nom, _ in lue.elements})} == {}


@pytest.mark.parametrize("largeur", [1280, 390])
def test_the_first_key_offers_the_way_to_the_content(page: Page, lues: dict[str, Lue], largeur: int) -> None:
    """RGAA 12.7: first of every page, seen when it has the focus, and it leads there."""
    for route, lue in lues.items():
        assert lue.attributs("a")[0].get("href") == "#contenu", route
        assert sum(attributs.get("id") == "contenu" for _, attributs in lue.elements) == 1, route
    page.set_viewport_size({"width": largeur, "height": 900})
    for chemin in ("/", "/recherche?q=boulangerie", "/stats", "/accessibilite", "/nulle-part"):
        page.goto(chemin)
        page.keyboard.press("Tab")
        lien = page.locator("a[href='#contenu']")
        assert lien.evaluate("e => e === document.activeElement"), chemin
        boite = lien.bounding_box()
        assert boite is not None, chemin
        assert boite["y"] >= 0, chemin
        assert boite["height"] > 10, chemin
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "contenu", chemin
