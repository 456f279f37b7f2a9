"""Render the Markdown written by the team as HTML: headings, lists, links, emphasis, tables; embedded HTML is
escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_LECTEUR: Final = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_CLASSES: Final = ("fr-h5", "fr-h6", "fr-h6")
_DERNIER: Final = 6


def html_de(texte: str, premier: int = 3) -> SafeString:
    """Return safe HTML for any text: HTML in it is escaped.

    ``premier``: level of its first headings, below those of the page.
    """
    elements = _LECTEUR.parse(texte)
    _habiller(elements, premier)
    return mark_safe(_LECTEUR.renderer.render(elements, _LECTEUR.options, {}))  # noqa: S308 – no HTML comes from the text


def _habiller(elements: Sequence[Token], premier: int) -> None:
    """Shift heading levels, style tables, mark external links.

    A table takes the last heading above it as its name, because Markdown has no caption (RGAA 5.4). A cell carries the
    heading of its column, which a narrow screen shows before it.
    """
    titre, entetes, colonne = "Tableau", list[str](), 0
    for rang_du_titre, element in enumerate(elements, start=1):
        if element.type.startswith("heading"):
            if element.nesting == 1:
                titre = elements[rang_du_titre].content
            # The first headings of a text are # or ##: both get the first level.
            rang = min(max(int(element.tag[1]) - 2, 0), len(_CLASSES) - 1)
            element.tag = f"h{min(premier + rang, _DERNIER)}"
            if element.nesting == 1:
                element.attrSet("class", _CLASSES[rang])
        elif element.type == "table_open":
            element.attrSet("class", "fce-table fr-mb-3w")
            element.attrSet("aria-label", titre)
            entetes = []
        elif element.type == "th_open":
            entetes.append(elements[rang_du_titre].content)
            if entetes[-1]:
                element.attrSet("scope", "col")
            else:  # an empty heading is no heading (RGAA 5.6)
                element.tag = elements[rang_du_titre + 1].tag = "td"
        elif element.type == "tr_open":
            colonne = 0
        elif element.type == "td_open":
            if colonne and entetes[colonne]:
                element.attrSet("data-libelle", entetes[colonne])
            colonne += 1
        elif element.type == "link_open" and str(element.attrGet("href") or "").startswith(("http://", "https://")):
            element.attrSet("rel", "noopener external")
        _oter_le_style(element)
        _habiller(element.children or (), premier)


def _oter_le_style(element: Token) -> None:
    """Drop the column alignment, an inline style that the CSP refuses."""
    element.attrs.pop("style", None)
