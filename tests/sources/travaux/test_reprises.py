"""What is tried again, how late, and what is given up."""

import asyncio
import datetime
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job

from fce.socle.erreurs import BaseIndisponible, DejaEnCours, ImportRefuse, SourceIndisponible
from fce.sources.travaux import taches


def travail(tentatives: int) -> Job:
    return Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="relever", attempts=tentatives)


@pytest.mark.parametrize("panne", [SourceIndisponible("x"), BaseIndisponible("x"), DejaEnCours("x"), JobAborted()])
def test_a_passing_failure_is_tried_again_later_and_later(panne: BaseException) -> None:
    attentes = []
    for tentatives in range(taches.ESSAIS):
        decision = taches.REPRISES.get_retry_decision(exception=panne, job=travail(tentatives))
        assert decision is not None
        assert decision.retry_at is not None
        attentes.append((decision.retry_at - timezone.now()).total_seconds())
    assert attentes == sorted(attentes)
    assert attentes[0] < 10
    assert attentes[-1] < datetime.timedelta(hours=3).total_seconds()
    assert taches.REPRISES.get_retry_decision(exception=panne, job=travail(taches.ESSAIS)) is None


def test_a_refused_file_and_a_bug_are_not_tried_again() -> None:
    for erreur in (ImportRefuse("x"), ValueError()):
        assert taches.REPRISES.get_retry_decision(exception=erreur, job=travail(0)) is None


def test_a_job_that_kills_its_worker_each_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    repris, finis = [], []

    async def silencieux(**_: Any) -> list[Job]:
        return [travail(0), travail(taches.ESSAIS)]

    async def reprendre(job: Job, **_: Any) -> None:
        repris.append(job.attempts)

    async def finir(job: Job, status: Any, **_: Any) -> None:
        finis.append((job.attempts, status.value))

    faux = SimpleNamespace(get_stalled_jobs=silencieux, retry_job=reprendre, finish_job=finir)
    monkeypatch.setattr(taches, "app", SimpleNamespace(job_manager=faux))
    # In a thread of its own: a browser of another test may keep the loop of this one running.
    with ThreadPoolExecutor(1) as fil:
        fil.submit(lambda: asyncio.run(taches.reprendre(timestamp=0))).result()
    assert (repris, finis) == ([0], [(taches.ESSAIS, "failed")])


@pytest.mark.django_db(transaction=True)
def test_a_source_waits_once_in_the_queue() -> None:
    from django.db import connection

    try:
        assert taches.demander(taches.relever, "rge")
        assert not taches.demander(taches.relever, "rge")
        assert taches.demander(taches.prendre_fichier, "rge", chemin="a/rge/f.csv")
        with connection.cursor() as curseur:
            curseur.execute("SELECT DISTINCT lock FROM procrastinate_jobs WHERE args->>'source' = 'rge'")
            assert curseur.fetchall() == [("source:rge",)]
    finally:
        with connection.cursor() as curseur:
            curseur.execute("TRUNCATE procrastinate_jobs CASCADE")
