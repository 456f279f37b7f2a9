"""Record the class of a failed job's error, not its message, which may quote a value of a file; time each job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError
from procrastinate import JobContext
from procrastinate.worker import Worker

from fce.donnees.imports.models import EchecTravail
from fce.socle.erreurs import travail_echoue
from fce.socle.travaux import mesures

log = structlog.get_logger(__name__)


async def noter(suite: Callable[[], Awaitable[Any]], contexte: JobContext, travailleur: Worker) -> Any:
    debut, tache, issue = perf_counter(), contexte.job.task_name, "echec"
    try:
        resultat = await suite()
        issue = "reussi"
        return resultat
    except Exception as erreur:
        travail_echoue.send_robust(sender=None, erreur=erreur, tache=tache)
        await sync_to_async(_garder)(int(contexte.job.id or 0), contexte.job.task_name, type(erreur).__name__)
        raise
    finally:
        mesures.TRAVAUX.ajouter(1, tache, issue)
        mesures.DUREES_DES_TRAVAUX.observer(perf_counter() - debut, tache)


def _garder(travail: int, tache: str, classe: str) -> None:
    try:
        EchecTravail.objects.update_or_create(travail=travail, defaults={"tache": tache, "classe": classe[:100]})
    except (DatabaseError, InterfaceError):
        log.error("échec de %s non gardé", tache)
