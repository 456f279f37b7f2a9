"""Runs the queued jobs of a test, as the worker would at an instant."""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

PASSES_MAX = 20


def derouler(jusqu_a: datetime) -> list[str]:
    """Run the jobs due, then those that they queue; return their names. Each job runs once; those of the
    clock, which a real worker may have queued, never."""
    faits: list[str] = []
    for _ in range(PASSES_MAX):
        dus = [
            travail
            for travail in ProcrastinateJob.objects.filter(status="todo").order_by("pk")
            if (travail.scheduled_at is None or travail.scheduled_at <= jusqu_a) and "timestamp" not in travail.args
        ]
        if not dus:
            return faits
        for travail in dus:
            app.tasks[travail.task_name](**travail.args)
            faits.append(travail.task_name)
        ProcrastinateJob.objects.filter(pk__in=[t.pk for t in dus]).update(status="succeeded")
    raise AssertionError("des travaux en demandent d’autres sans fin")
