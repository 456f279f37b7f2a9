"""axe looks at one page of each address that the resolver lists, wide and on a phone: a new one is looked at, or fails."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.accessibilite.test_fiche_pleine import RACINE, ouvrir
from tests.navigateur import violations
from tests.visite import est_une_page

AILLEURS = {
    **dict.fromkeys(
        (
            "operations", "operations/creer", "operations/<int:numero>", "operations/<int:numero>/impression",
            "operations/<int:numero>/modifier", "operations/<int:numero>/clore",
            "operations/<int:numero>/cibles/<int:cible>",
        ),
        "tests/accessibilite/test_operations.py",
    ),
    **dict.fromkeys(
        ("entreprise/<str:numero>/demande", "etablissement/<str:numero>/demande", "demandes", "demandes/<int:numero>"),
        "tests/accessibilite/test_demandes.py",
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
            "operations/<int:numero>.ics", "readyz",
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
    commande = [sys.executable, "-m", "tests.accessibilite.toutes"]
    fini = subprocess.run(commande, cwd=RACINE, env=demonstration, capture_output=True, text=True, timeout=300)
    assert fini.returncode == 0, fini.stderr
    lues: dict[str, str] = json.loads(fini.stdout.splitlines()[-1])
    return lues


def test_every_address_of_the_resolver_has_a_page_that_is_looked_at(rendues: dict[str, str]) -> None:
    assert [route for route in VUES if route not in rendues] == []
    assert len(VUES) > 100


def test_the_tables_name_addresses_that_exist_and_files_that_use_axe() -> None:
    assert AILLEURS.keys() | SANS_PAGE.keys() <= set(PAGES)
    for fichier in set(AILLEURS.values()):
        texte = Path(RACINE, fichier).read_text(encoding="utf-8")
        assert "violations(page)" in texte or "Axe()" in texte, fichier


@pytest.mark.parametrize("route", VUES)
def test_no_violation_and_nothing_wider_than_the_screen(page: Page, rendues: dict[str, str], route: str) -> None:
    ouvrir(page, rendues[route], 1280)
    for largeur in (1280, 390):
        page.set_viewport_size({"width": largeur, "height": 900})
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur
