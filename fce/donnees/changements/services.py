"""Note each switch of an open source in its own transaction, then compute what it changed, in the order of switches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from fce.donnees.changements.models import BasculeSuivie
from fce.donnees.imports.models import Bascule, Import
from fce.socle.base.ecriture import ecriture
from fce.sources import registre
from fce.sources.declaration import Source

TACHE: Final = "calculer_les_changements"
MARGE: Final = 100_000
"""More switches than were ever made since a backup."""
_VERROU: Final = "fce.donnees.changements"
_A_CALCULER, _CALCULEE, _ROMPUE = (BasculeSuivie.Etat(e) for e in ("a_calculer", "calculee", "rompue"))
log = structlog.get_logger(__name__)


def noter(source: Source, vers: int | None, depuis: int | None) -> None:
    """Note a switch inside its transaction: whatever dies next, it is not forgotten."""
    from fce.donnees.changements import sources

    if sources.du_flux(source) is None:
        return
    BasculeSuivie.objects.create(
        bascule=Bascule.objects.get(pk=Bascule.UNIQUE).numero,
        source=source.nom,
        vers=vers,
        depuis=depuis,
        quand=timezone.now(),
    )


def calculer_a_temps(sources: Sequence[str]) -> None:
    """Compute what waits in these sources before they switch again: the oldest version then goes, and a version masked
    again no longer shows whom the switch masked. What cannot be computed now is broken, and the switch goes on.

    A web process does not wait for the computation of another one.
    """
    try:
        calculer(sources, attendre=settings.FCE_ROLE != "web")
    except Exception as erreur:
        log.error("changements_non_calcules", sources=sources, erreur=type(erreur).__name__)
    if _attendues(sources).exists():
        with ecriture():
            _attendues(sources).update(etat=_ROMPUE)


def calculer(parmi: Sequence[str] | None = None, *, attendre: bool = True) -> int:
    """Compute the switches noted (of the sources ``parmi``, None: all), oldest first; return how many.

    A switch that cannot be computed (version dropped, too many companies, failure) is broken. ``attendre`` False: leave
    them when another process computes.
    """
    faites = 0
    while _attendues(parmi).exists() and _une(parmi, attendre=attendre):
        faites += 1
    return faites


def _attendues(parmi: Sequence[str] | None) -> QuerySet[BasculeSuivie]:
    attendues = BasculeSuivie.objects.filter(etat=_A_CALCULER)
    return attendues if parmi is None else attendues.filter(source__in=parmi)


def _une(parmi: Sequence[str] | None, *, attendre: bool) -> bool:
    debut = time.monotonic()
    with ecriture(), connection.cursor() as curseur:
        if not _prendre(curseur, attendre=attendre) or (suivie := _attendues(parmi).first()) is None:
            return False
        try:
            with transaction.atomic():
                entiere = _ecrire(curseur, suivie)
        except Exception as erreur:
            # A fault here must stop neither the imports nor the feed: its class says enough, values stay out of logs.
            genre = type(erreur.__cause__ if isinstance(erreur, ProgrammingError) else erreur).__name__
            log.error("changements_non_calcules", source=suivie.source, bascule=suivie.bascule, erreur=genre)
            entiere = False
        etat, ms = (_CALCULEE if entiere else _ROMPUE), round((time.monotonic() - debut) * 1000)
        # A web process may have broken it meanwhile: it stays so.
        _attendues(parmi).filter(pk=suivie.pk).update(etat=etat, duree_ms=ms)
    log.info("changements", source=suivie.source, bascule=suivie.bascule, etat=etat, ms=ms)
    return True


def _prendre(curseur: Any, *, attendre: bool) -> bool:
    """Take the lock of the computation until the end of the transaction."""
    if attendre:
        curseur.execute("SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)")
        curseur.execute("SELECT true, pg_advisory_xact_lock(hashtext(%s))", [_VERROU])
    else:
        curseur.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [_VERROU])
    return bool(curseur.fetchone()[0])


def _ecrire(curseur: Any, suivie: BasculeSuivie) -> bool:
    from fce.donnees.changements import ecarts, sources

    regard = sources.du_flux(registre.source(suivie.source))
    if regard is None:
        return True
    numeros = [suivie.depuis, suivie.vers]
    gardees = Import.objects.exclude(table="").in_bulk([numero for numero in numeros if numero])
    avant, apres = (gardees.get(numero or 0) for numero in numeros)
    if len(gardees) < sum(numero is not None for numero in numeros):
        return False
    if not ecarts.ecrire(curseur, suivie.bascule, regard, avant, apres):
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
