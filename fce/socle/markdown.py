"""Texts in Markdown that people of the service write, as HTML: headings, lists, links, emphasis; no HTML of theirs."""

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
    """HTML of a text in Markdown, safe whatever the text: what looks like HTML in it is shown as it is written.

    ``premier``: level of its first headings in the page, which has its own above.
    """
    elements = _LECTEUR.parse(texte)
    _habiller(elements, premier)
    return mark_safe(_LECTEUR.renderer.render(elements, _LECTEUR.options, {}))  # noqa: S308 – no HTML comes from the text


def _habiller(elements: Sequence[Token], premier: int) -> None:
    """Put headings under those of the page, tables in the style of the house, other sites in a link that says so.

    A table is called by the last heading above it: Markdown has no caption (RGAA 5.4).
    """
    titre = "Tableau"
    for rang_du_titre, element in enumerate(elements, start=1):
        if element.type.startswith("heading"):
            if element.nesting == 1:
                titre = elements[rang_du_titre].content
            # A text begins with # or with ##: both are its first headings.
            rang = min(max(int(element.tag[1]) - 2, 0), len(_CLASSES) - 1)
            element.tag = f"h{min(premier + rang, _DERNIER)}"
            if element.nesting == 1:
                element.attrSet("class", _CLASSES[rang])
        elif element.type == "table_open":
            element.attrSet("class", "fce-table fr-mb-3w")
            element.attrSet("aria-label", titre)
        elif element.type == "th_open":
            element.attrSet("scope", "col")
        elif element.type == "link_open" and str(element.attrGet("href") or "").startswith(("http://", "https://")):
            element.attrSet("rel", "noopener external")
        _sans_style(element)
        _habiller(element.children or (), premier)


def _sans_style(element: Token) -> None:
    """The alignment of a column would be a style in the page, which refuses them."""
    element.attrs.pop("style", None)
