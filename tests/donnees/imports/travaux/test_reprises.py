"""What is tried again, how late, and what is given up."""

import asyncio
import datetime
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job

from fce.donnees.imports.travaux import taches
from fce.socle.erreurs import BaseIndisponible, DejaEnCours, ImportRefuse, SourceIndisponible


def travail(tentatives: int) -> Job:
    return Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="relever", attempts=tentatives)


def reprendre() -> None:
    """In a thread of its own: a browser of another test may keep the loop of this one running."""

    async def seule() -> None:
        await taches.reprendre(timestamp=0)
        await sync_to_async(connections.close_all)()

    with ThreadPoolExecutor(1) as fil:
        fil.submit(lambda: asyncio.run(seule())).result()


@pytest.mark.parametrize("panne", [SourceIndisponible("x"), BaseIndisponible("x"), DejaEnCours("x"), JobAborted()])
def test_a_passing_failure_is_tried_again_later_and_later(panne: BaseException) -> None:
    attentes = []
    for tentatives in range(taches.ESSAIS_PAR_TRAVAIL):
        decision = taches.REPRISES.get_retry_decision(exception=panne, job=travail(tentatives))
        assert decision is not None
        assert decision.retry_at is not None
        attentes.append((decision.retry_at - timezone.now()).total_seconds())
    assert attentes == sorted(attentes)
    assert attentes[0] < 10
    assert attentes[-1] < datetime.timedelta(hours=3).total_seconds()
    assert taches.REPRISES.get_retry_decision(exception=panne, job=travail(taches.ESSAIS_PAR_TRAVAIL)) is None


def test_a_refused_file_and_a_bug_are_not_tried_again() -> None:
    for erreur in (ImportRefuse("x"), ValueError()):
        assert taches.REPRISES.get_retry_decision(exception=erreur, job=travail(0)) is None


def test_a_job_that_kills_its_worker_each_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    repris, finis = [], []

    async def silencieux(**_: Any) -> list[Job]:
        return [travail(0), travail(taches.ESSAIS_PAR_TRAVAIL)]

    async def remettre(job: Job, **_: Any) -> None:
        repris.append(job.attempts)

    async def finir(job: Job, status: Any, **_: Any) -> None:
        finis.append((job.attempts, status.value))

    faux = SimpleNamespace(get_stalled_jobs=silencieux, retry_job=remettre, finish_job=finir)
    monkeypatch.setattr(taches, "app", SimpleNamespace(job_manager=faux))
    reprendre()
    assert (repris, finis) == ([0], [(taches.ESSAIS_PAR_TRAVAIL, "failed")])


@pytest.fixture
def file(transactional_db: None) -> Iterator[CursorWrapper]:
    """The queue itself."""
    with connection.cursor() as curseur:
        yield curseur


def etats(file: CursorWrapper) -> list[str]:
    file.execute("SELECT status FROM procrastinate_jobs ORDER BY id")
    return [etat for (etat,) in file.fetchall()]


def test_a_source_waits_once_in_the_queue(file: CursorWrapper) -> None:
    assert taches.demander(taches.relever, "rge")
    assert not taches.demander(taches.relever, "rge")
    assert taches.demander(taches.prendre_fichier, "rge", chemin="a/rge/f.csv")
    file.execute("SELECT DISTINCT lock FROM procrastinate_jobs WHERE args->>'source' = 'rge'")
    assert file.fetchall() == [("source:rge",)]


def test_a_source_that_is_being_fetched_is_not_asked_for_again(file: CursorWrapper) -> None:
    """Else the job that runs could not go back to the queue after a failure, and would hold its source for ever."""
    taches.demander(taches.relever, "rge")
    file.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    assert not taches.demander(taches.relever, "rge")
    assert etats(file) == ["doing"]
    file.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert taches.demander(taches.relever, "rge")


def test_the_dead_job_makes_way_for_the_same_one_that_waits(file: CursorWrapper) -> None:
    """A periodic job is asked for each minute: the dead one cannot go back to the queue, nor the waiting one start."""
    file.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id")
    (mort,) = file.fetchone()
    for etat, travailleur in (("doing", mort), ("todo", None), ("doing", mort)):
        file.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id)"
            " VALUES ('default', 'indexer', %(verrou)s, %(verrou)s, 'todo', %(qui)s) RETURNING id",
            {"verrou": "indexer" if len(etats(file)) < 2 else "autre", "qui": travailleur},
        )
        file.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [etat, file.fetchone()[0]])
    reprendre()
    assert etats(file) == ["aborted", "todo", "todo"]
