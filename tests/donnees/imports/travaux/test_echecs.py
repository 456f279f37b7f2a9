"""Of a job that fails, the class of the error is kept, never what it says."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connections

from fce.donnees.imports.models import EchecTravail
from fce.donnees.imports.travaux import echecs
from fce.socle.erreurs import ImportRefuse
from tests.pannes import lever

pytestmark = pytest.mark.django_db(transaction=True)
CONTEXTE: Any = SimpleNamespace(job=SimpleNamespace(id=7, task_name="relever"))


def mener(travail: Any) -> Any:
    # In a thread of its own: a browser of another test may keep the loop of this one running.
    async def seul() -> Any:
        try:
            return await echecs.noter(travail, CONTEXTE, None)  # type: ignore[arg-type]
        finally:
            await sync_to_async(connections.close_all)()

    with ThreadPoolExecutor(1) as fil:
        return fil.submit(lambda: asyncio.run(seul())).result()


async def reussir() -> str:
    return "fait"


async def echouer() -> None:
    raise ImportRefuse("la valeur MARTIN n’est pas un SIREN")


async def casser() -> None:
    raise OSError


def gardes() -> list[tuple[int, str, str]]:
    return list(EchecTravail.objects.values_list("travail", "tache", "classe"))


def test_the_class_of_the_latest_error_is_kept_and_the_error_goes_on() -> None:
    for travail, erreur in ((casser, OSError), (echouer, ImportRefuse)):
        with pytest.raises(erreur):
            mener(travail)
    assert gardes() == [(7, "relever", "ImportRefuse")]


def test_a_job_that_succeeds_leaves_nothing() -> None:
    assert mener(reussir) == "fait"
    assert gardes() == []


def test_a_database_that_is_down_does_not_hide_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EchecTravail.objects, "update_or_create", lever(DatabaseError))
    with pytest.raises(ImportRefuse):
        mener(echouer)
