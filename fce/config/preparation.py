"""Modules and templates that a web process loads before its first connection, so that no reader waits for them."""

import structlog
from django.conf import settings
from django.template import Engine
from django.urls import get_resolver

from fce.echanges.pieces.antivirus import annoncer_antivirus
from fce.recherche import comprehension
from fce.recherche.selectors import moteur
from fce.socle.offres import offres

_PHRASE = "boulangerie paris"
"""An activity and a place, so that reading this query builds both vocabularies."""
log = structlog.get_logger("fce.serveur")


def preparer() -> None:
    """Load views, offers of the rooms, context processors and vocabularies; open the index; check the antivirus.

    Never raises: what fails now is logged, and raises again when a request needs it. Queries neither the database nor a
    search cluster.

    """
    for etape in (
        _charger_les_vues,
        _charger_les_gabarits,
        _charger_les_vocabulaires,
        _ouvrir_index,
        _chercher_antivirus,
    ):
        try:
            etape()
        except Exception as erreur:
            log.warning("preparation_impossible", etape=etape.__name__, erreur=type(erreur).__name__)


def _charger_les_vues() -> None:
    get_resolver().resolve("/")
    offres()


def _charger_les_gabarits() -> None:
    _ = Engine.get_default().template_context_processors  # reading the property imports them


def _charger_les_vocabulaires() -> None:
    comprehension.lire(_PHRASE)


def _chercher_antivirus() -> None:
    if settings.FCE_ECHANGES:
        annoncer_antivirus()


def _ouvrir_index() -> None:
    machine = moteur()
    # A remote cluster has nothing to open, and a slow one must not delay pages that do not use it.
    if not settings.FCE_SEARCH_URL:
        machine.manifeste()
