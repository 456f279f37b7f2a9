"""Tells ``socle.travaux.courriel`` what the mails of a job announce: the same at each run of the job, so that the
second run of a job whose worker was killed is recognised by the reader's mail server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from procrastinate import JobContext
from procrastinate.worker import Worker

from fce.socle.travaux.courriel import ANNONCE

ARGUMENT: Final = "annonce"
"""Argument of a job that another job queued: what that one announces."""


async def nommer(suite: Callable[[], Awaitable[Any]], contexte: JobContext, travailleur: Worker) -> Any:
    """Run a job with its announcement: its kind and number, or those of the job that queued it."""
    travail = contexte.job
    jeton = ANNONCE.set(str(travail.task_kwargs.get(ARGUMENT) or f"{travail.task_name}/{travail.id}"))
    try:
        return await suite()
    finally:
        ANNONCE.reset(jeton)
