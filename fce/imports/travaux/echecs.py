"""Record the class of a failed job's error, not its message, which may quote a value of a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError
from procrastinate import JobContext
from procrastinate.worker import Worker

from fce.imports.models import EchecTravail

log = structlog.get_logger(__name__)


async def noter(suite: Callable[[], Awaitable[Any]], contexte: JobContext, travailleur: Worker) -> Any:
    try:
        return await suite()
    except Exception as erreur:
        await sync_to_async(_garder)(int(contexte.job.id or 0), contexte.job.task_name, type(erreur).__name__)
        raise


def _garder(travail: int, tache: str, classe: str) -> None:
    try:
        EchecTravail.objects.update_or_create(travail=travail, defaults={"tache": tache, "classe": classe[:100]})
    except (DatabaseError, InterfaceError):
        log.error("échec de %s non gardé", tache)
