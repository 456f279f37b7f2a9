"""A job queued by an action is the only one to do its work: when it fails, it is tried again."""

from __future__ import annotations

from inspect import signature

from procrastinate.contrib.django import app

from fce.echanges import tasks


def test_each_job_that_an_action_queues_is_tried_again() -> None:
    siens = {t.name: t for t in app.tasks.values() if t.func.__module__ == tasks.__name__}
    de_l_horloge = {nom for nom, t in siens.items() if "timestamp" in signature(t.func).parameters}
    assert len(siens) - len(de_l_horloge) > 10
    assert [nom for nom in siens if nom not in de_l_horloge and siens[nom].retry_strategy is None] == []
