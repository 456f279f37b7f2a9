"""Walls that import-linter does not see: imports that go round, and templates that look upstairs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import grimp
import pytest
from django.apps import apps
from django.template import engines
from django.urls import URLResolver, get_resolver

RACINE = Path(__file__).resolve().parents[2]
GABARITS = RACINE / "fce" / "templates"
CONTRATS: Any = tomllib.loads((RACINE / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def _etages(contrat: Any) -> list[set[str]]:
    return [{piece.strip().removeprefix("fce.") for piece in etage.split("|")} for etage in contrat["layers"]]


ETAGES = _etages(CONTRATS[0])
"""Rooms by floor, the highest first, as import-linter reads them."""
DEDANS = {c["containers"][0].removeprefix("fce."): _etages(c) for c in CONTRATS[1:] if "containers" in c}
"""{room: its folders by floor}."""
DU_SITE = "fce.config"
"""Whose the frame of all pages and the pages of errors are: who puts the rooms together."""


@cache
def rang(module: str) -> tuple[int, int]:
    """Floor of a room, then of the folder in this room, 0 the highest. A room without floors counts as one."""
    _, piece, dossier, *_ = [*module.split("."), ""]
    dedans = next((n for n, etage in enumerate(DEDANS.get(piece, ())) if dossier in etage), 0)
    return next(n for n, etage in enumerate(ETAGES) if piece in etage), dedans


def test_no_import_goes_round() -> None:
    graphe = grimp.build_graph("fce")
    vus: dict[str, int] = {}
    bas: dict[str, int] = {}
    pile: list[str] = []
    cercles: list[list[str]] = []

    def visiter(module: str) -> None:  # Tarjan: modules that reach each other
        vus[module] = bas[module] = len(vus)
        pile.append(module)
        for importe in graphe.find_modules_directly_imported_by(module):
            if importe not in vus:
                visiter(importe)
                bas[module] = min(bas[module], bas[importe])
            elif importe in pile:
                bas[module] = min(bas[module], vus[importe])
        if bas[module] == vus[module]:
            cercle = pile[pile.index(module) :]
            del pile[pile.index(module) :]
            if len(cercle) > 1:
                cercles.append(sorted(cercle))

    for module in sorted(graphe.modules):
        if module not in vus:
            visiter(module)
    assert cercles == []
    assert len(vus) > 500


@cache
def bibliotheques() -> dict[str, str]:
    """{library of template tags: its module}."""
    moteur: Any = engines["django"]
    return {nom: chemin for nom, chemin in moteur.engine.libraries.items() if chemin.startswith("fce.")}


@cache
def espaces() -> dict[str, str]:
    """{namespace of addresses: the module that declares them}."""
    pieces: dict[str, str] = {}
    for motif in get_resolver().url_patterns:
        if isinstance(motif, URLResolver) and motif.namespace:
            module = getattr(motif.urlconf_module, "__name__", "")
            pieces[motif.namespace] = module if module.startswith("fce.") else "fce.api"
    return pieces


def piece_de(gabarit: str) -> str:
    """Room of a template: its folder has the label of its application, or is common to all."""
    dossier = gabarit.partition("/")[0] if "/" in gabarit else ""
    commun = {"": DU_SITE, "cadre": DU_SITE, "commun": "fce.socle.templatetags"}
    return commun.get(dossier) or apps.get_app_config(dossier).name


def vus_d_en_bas(gabarit: str) -> Iterator[str]:
    """What a template uses of a room above its own."""
    texte, ici = (GABARITS / gabarit).read_text(encoding="utf-8"), rang(piece_de(gabarit))
    for chargees in re.findall(r"{%\s*load ([\w ]+?)\s*%}", texte):
        for nom in chargees.split():
            if (piece := bibliotheques().get(nom)) and rang(piece) < ici:
                yield f"load {nom} ({piece})"
    for espace in re.findall(r"{%\s*url ['\"](\w+):", texte):
        if (piece := espaces().get(espace)) and rang(piece) < ici:
            yield f"url {espace}: ({piece})"
    for autre in re.findall(r"{%\s*include ['\"]([\w/.-]+)['\"]", texte):
        if "/" in autre and rang(piece_de(autre)) < ici:
            yield f"include {autre}"


@pytest.mark.parametrize("gabarit", sorted(str(p.relative_to(GABARITS)) for p in GABARITS.rglob("*.html")))
def test_a_template_uses_nothing_of_a_higher_room(gabarit: str) -> None:
    assert list(vus_d_en_bas(gabarit)) == []
