"""Note each switch of an open source in its own transaction, then compute what it changed, in the order of switches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import structlog
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from fce.changements.models import BasculeSuivie
from fce.imports.models import Bascule, Import
from fce.socle.base import ecriture
from fce.sources import registre
from fce.sources.declaration import Source

TACHE: Final = "calculer_les_changements"
MARGE: Final = 100_000
"""More switches than were ever made since a backup."""
_A_CALCULER, _CALCULEE, _ROMPUE = (BasculeSuivie.Etat(e) for e in ("a_calculer", "calculee", "rompue"))
log = structlog.get_logger(__name__)


def noter(*, source: Source, vers: int | None, depuis: int | None, **_: Any) -> None:
    """Note a switch inside its transaction: whatever dies next, it is not forgotten."""
    from fce.changements import sources

    if sources.du_flux(source) is None:
        return
    BasculeSuivie.objects.create(
        bascule=Bascule.objects.get(pk=Bascule.UNIQUE).numero,
        source=source.nom,
        vers=vers,
        depuis=depuis,
        quand=timezone.now(),
    )
    transaction.on_commit(_demander, robust=True)


def _demander() -> None:
    with suppress(AlreadyEnqueued):
        app.configure_task(TACHE, queueing_lock=TACHE).defer()


def calculer_a_temps(*, sources: Sequence[str], **_: Any) -> None:
    """Compute what waits in these sources before they switch again, since the oldest version then goes."""
    calculer(sources)


def calculer(parmi: Sequence[str] | None = None) -> int:
    """Compute the switches noted (of the sources ``parmi``, None: all), oldest first; return how many.

    A switch that cannot be computed (version dropped, too many companies, failure) is broken.
    """
    faites = 0
    while _une(parmi):
        faites += 1
    return faites


def _une(parmi: Sequence[str] | None) -> bool:
    debut = time.monotonic()
    with ecriture(), connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(hashtext('fce.changements'))")
        attendues = BasculeSuivie.objects.filter(etat=_A_CALCULER)
        if parmi is not None:
            attendues = attendues.filter(source__in=parmi)
        if (suivie := attendues.first()) is None:
            return False
        try:
            with transaction.atomic():
                entiere = _ecrire(curseur, suivie)
        except Exception as erreur:
            # A fault here must stop neither the imports nor the feed: its class says enough, values stay out of logs.
            genre = type(erreur.__cause__ if isinstance(erreur, ProgrammingError) else erreur).__name__
            log.error("changements_non_calcules", source=suivie.source, bascule=suivie.bascule, erreur=genre)
            entiere = False
        suivie.etat = _CALCULEE if entiere else _ROMPUE
        suivie.duree_ms = round((time.monotonic() - debut) * 1000)
        suivie.save(update_fields=["etat", "duree_ms"])
    log.info("changements", source=suivie.source, bascule=suivie.bascule, etat=suivie.etat, ms=suivie.duree_ms)
    return True


def _ecrire(curseur: Any, suivie: BasculeSuivie) -> bool:
    from fce.changements import ecarts, sources

    source = sources.du_flux(registre.source(suivie.source))
    if source is None:
        return True
    versions = Import.objects.in_bulk([n for n in (suivie.depuis, suivie.vers) if n])
    avant, apres = (versions.get(numero) if numero else None for numero in (suivie.depuis, suivie.vers))
    if any(
        numero and (version is None or not version.table)
        for numero, version in (
            (suivie.depuis, avant),
            (suivie.vers, apres),
        )
    ):
        return False
    if not ecarts.ecrire(curseur, suivie.bascule, source, avant, apres):
        return False
    ecarts.effacer_les_anterieurs(curseur, suivie.bascule)
    return True


def rompre() -> None:
    """Move the count of switches ``MARGE`` further and break the feed there: the database that was lost gave these
    numbers to switches that a restored one does not know, and its readers must take the bulk file again."""
    with ecriture():
        compte, _ = Bascule.objects.get_or_create(pk=Bascule.UNIQUE, defaults={"numero": 0})
        compte.numero += MARGE
        compte.save()
        BasculeSuivie.objects.filter(etat=_A_CALCULER).update(etat=_ROMPUE)
        BasculeSuivie.objects.create(bascule=compte.numero, quand=timezone.now(), etat=_ROMPUE)
