"""What our own styles and scripts may do, by the RGAA: read in their source, whatever the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fce

STATIQUES = Path(fce.__file__).parent / "static" / "fce"
FEUILLES = {feuille.name: feuille.read_text(encoding="utf-8") for feuille in sorted(STATIQUES.glob("*.css"))}
SCRIPTS = {script.name: script.read_text(encoding="utf-8") for script in sorted(STATIQUES.glob("*.js"))}
ECRAN = [nom for nom in FEUILLES if nom != "note-pdf.css"]
ORNEMENTS = {"none", '""', '"›"', '"▾"', '" ▾"', '"×"', '"·"', '"↕"', '"↑"', '"↓"', '"⚠"', '"✉"', r'"\00a0: "'}
ORNEMENTS |= {"counter(etape)", '"✓"'}
"""Signs that only repeat what the source says: a menu, a sort (``aria-sort``), a removal, a list of alarms, a mail; the
number of a step in its ordered list, and that it is done, which its words say."""
REPETE = 'attr(data-libelle) " : "'
"""On a phone, the heading of the column of a cell, which its row has too."""


def regles(feuille: str) -> list[tuple[str, str]]:
    """(selector, declarations) of a style sheet."""
    return re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", FEUILLES[feuille], flags=re.S))


@pytest.mark.parametrize("feuille", ECRAN)
def test_no_style_tells_anything_that_the_source_does_not(feuille: str) -> None:
    """RGAA 10.2."""
    contenus = {c.strip() for _, corps in regles(feuille) for c in re.findall(r"(?<![\w-])content:([^;]+)", corps)}
    assert contenus <= ORNEMENTS | {REPETE}


@pytest.mark.parametrize("feuille", ECRAN)
def test_no_style_changes_the_order_of_the_source(feuille: str) -> None:
    """RGAA 10.3, 12.8."""
    for selecteur, corps in regles(feuille):
        assert not re.search(r"(?<![\w-])(order|float|direction)\s*:|-reverse|\bdense\b", corps), selecteur


@pytest.mark.parametrize("feuille", ECRAN)
def test_no_style_hides_the_focus_nor_waits_for_a_hover(feuille: str) -> None:
    """RGAA 10.7; 10.13 and 10.14 apply to nothing here: a hover changes a colour, and brings nothing."""
    for selecteur, corps in regles(feuille):
        assert not re.search(r"outline(-style|-width)?:\s*(none|0)", corps), selecteur
        if ":hover" in selecteur or ":focus" in selecteur:
            proprietes = set(re.findall(r"([\w-]+)\s*:", corps))
            assert proprietes <= {"background", "border-left-color", "color", "outline", "outline-offset"}, selecteur


def test_no_style_moves_flashes_or_counts_on_how_a_screen_is_held() -> None:
    """RGAA 13.7, 13.8, 13.9."""
    for nom, feuille in FEUILLES.items():
        assert not re.search(r"@keyframes|animation|transition|orientation|blink", feuille), nom
    assert "prefers-reduced-motion" in FEUILLES["fce.css"]


def test_a_text_and_its_background_go_together() -> None:
    """RGAA 10.5: the body sets both, from the design system; a background of our own is one of its pairs."""
    for nom in ECRAN:
        for selecteur, corps in regles(nom):
            fond = re.search(r"background(-color)?:(?!\s*(none|var\(--background))", corps)
            assert not fond, (nom, selecteur)


def test_each_series_of_a_chart_has_a_fill_and_an_edge_of_its_own() -> None:
    """RGAA 3.1: without colours, the dashes of the edge still tell one from the other."""
    base = dict(re.findall(r"(stroke[\w-]*):\s*([^;]+)", next(c for s, c in regles("fce.css") if "^=" in s)))
    traits = [
        tuple(sorted((base | dict(re.findall(r"(stroke[\w-]*):\s*([^;]+)", corps))).items()))
        for selecteur, corps in regles("fce.css")
        if re.fullmatch(r"\.fce-g-b\d", selecteur.strip())
    ]
    assert len(traits) == 5
    assert len({*traits, tuple(sorted(base.items()))}) == 6


def test_no_script_opens_a_window_times_out_or_waits_for_a_gesture() -> None:
    """RGAA 7.3, 13.1, 13.2, 13.10, 13.11, 13.12: links, buttons and fields, with a mouse, a finger or a keyboard."""
    for nom, script in SCRIPTS.items():
        assert not re.search(r"window\.open|setInterval|\balert\(|\bconfirm\(", script), nom
        ecoutes = re.findall(r"addEventListener\(\"([\w:]+)\", function \(\w*\) \{([^\n]*)", script)
        permis = {"click", "keydown", "submit", "blur", "input", "change", "toggle", "focusout"}
        for evenement, suite in ecoutes:
            assert (
                evenement in permis
                or evenement.startswith("htmx:")
                or suite.strip().startswith("evenement.preventDefault(); }")
            ), (nom, evenement)


def test_no_script_listens_to_a_letter_alone() -> None:
    """RGAA 12.10: keys that are heard are named, or come with Ctrl or Cmd."""
    nommees = {"Escape", "ArrowDown", "ArrowUp", "Enter", "Tab", " "}
    for nom, script in SCRIPTS.items():
        for touche in re.findall(r"\.key(?:\.toLowerCase\(\))? === \"([^\"]+)\"([^\n]*)", script):
            assert touche[0] in nommees or "ctrlKey" in touche[1], (nom, touche)
