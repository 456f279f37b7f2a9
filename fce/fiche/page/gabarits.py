"""Prints the bloc of a source: with the ``section.html`` of its folder if any, else by its form.

Each bloc is rendered before the page, so that a template that fails, or leaves a tag open, only loses its bloc.
"""

from __future__ import annotations

import inspect
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import structlog
from django.template import engines
from django.template.loader import get_template
from django.utils.safestring import SafeString

from fce.fiche.formes.contenu import Bloc, EnTableau, EnValeurs
from fce.fiche.page import html
from fce.sources.declaration import Source

log = structlog.get_logger(__name__)

SERIE: Final = "fiche/_serie.html"
SECTION: Final = "section.html"
_VIDES: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)


def imprimer(bloc: Bloc, adresse: str) -> SafeString | None:
    """The bloc of a source as HTML; None when its template fails (logged). ``adresse``: that of the sheet.

    A ``section.html`` receives ``bloc`` (``titre``, ``nom``), ``contenu`` (the form of its declaration), ``lignes``
    (rows that this reader may see, masked), ``source`` (the declaration) and ``adresse``. It may include the templates
    of the forms (``fiche/_tableau.html``…).
    """
    source = bloc.source
    assert source is not None  # noqa: S101 – blocs of Sirene have templates of their own
    contexte = {
        "bloc": {"titre": bloc.titre, "nom": source.nom},
        "contenu": bloc.contenu,
        "lignes": bloc.lignes,
        "source": source,
        "adresse": adresse,
    }
    try:
        propre = section(source)
        if propre is not None:
            return _verifier(propre.render(contexte))
        # In Python rather than with a template: a sheet has sixty of them.
        if isinstance(bloc.contenu, EnTableau):
            return html.tableau(bloc.contenu, bloc.titre, source.nom, adresse)
        if isinstance(bloc.contenu, EnValeurs):
            return html.valeurs(bloc.contenu, bloc.titre, source.nom, adresse)
        return _serie().render(contexte)
    except AssertionError:
        raise  # raised by a test, never by data
    except Exception as erreur:
        log.error("gabarit de %s : %s", source.nom, type(erreur).__name__)
        return None


@cache
def section(source: Source) -> Any:
    """The compiled ``section.html`` of a source's folder; None without one. A syntax error is raised."""
    try:
        texte = Path(inspect.getfile(source.modele)).with_name(SECTION).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return engines["django"].from_string(texte)


@cache
def _serie() -> Any:
    return get_template(SERIE)


def _verifier(html: SafeString) -> SafeString:
    """Return ``html`` if its tags are closed in order; raises ``ValueError`` otherwise: it would swallow what
    follows."""
    lecteur = _Balises()
    lecteur.feed(html)
    lecteur.close()
    if lecteur.ouvertes or html.rfind("<") > html.rfind(">") or html.rfind("<!--") > html.rfind("-->"):
        raise ValueError("une balise reste ouverte")
    return html


class _Balises(HTMLParser):
    """Keeps the stack of open tags."""

    def __init__(self) -> None:
        super().__init__()
        self.ouvertes: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in _VIDES:
            self.ouvertes.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """``<br/>`` and the elements of SVG close themselves."""

    def handle_endtag(self, tag: str) -> None:
        if not self.ouvertes or self.ouvertes.pop() != tag:
            raise ValueError(f"</{tag}> ferme une autre balise")
