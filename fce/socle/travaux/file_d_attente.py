"""Queue a job that brings something up to date: once, however many times it is asked for before it runs."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued


def demander(tache: str) -> None:
    """Queue this job, unless it already waits. In a transaction: it runs after the commit, or not at all.

    A job that already waits is locked: started before the commit, it would not see what the transaction wrote.
    """
    while True:
        with transaction.atomic():
            try:
                with transaction.atomic():
                    app.configure_task(tache).defer()
                return
            except AlreadyEnqueued:
                attendent = ProcrastinateJob.objects.filter(task_name=tache, status="todo")
                if attendent.select_for_update().values_list("pk", flat=True):
                    return
