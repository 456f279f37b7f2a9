"""What a web process loads before it takes its first connection, so that nobody waits for it."""

import structlog
from django.conf import settings
from django.template import Engine
from django.urls import get_resolver

from fce.echanges.pieces.antivirus import annoncer_antivirus
from fce.recherche import comprehension
from fce.recherche.selectors import moteur
from fce.socle.offres import offres

_PHRASE = "boulangerie paris"
"""An activity and a place: the vocabularies of both are made at the first text that is read."""
log = structlog.get_logger("fce.serveur")


def preparer() -> None:
    """Load the views, what the rooms offer, the tags of the templates and the vocabularies; open the index.

    Never raises: what cannot be loaded now is said by who needs it. Asks nothing of the database, nor of a cluster.
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
    # A cluster has nothing to be opened, and one that stalls must not keep the pages that do without it waiting.
    if not settings.FCE_SEARCH_URL:
        machine.manifeste()
