"""Of a job that fails, the class of the error is kept, never what it says."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError

from fce.imports.models import EchecTravail
from fce.imports.travaux import echecs
from fce.socle.erreurs import ImportRefuse

CONTEXTE: Any = SimpleNamespace(job=SimpleNamespace(id=7, task_name="relever"))


def mener(travail: Any) -> Any:
    # In a thread of its own: a browser of another test may keep the loop of this one running.
    with ThreadPoolExecutor(1) as fil:
        return fil.submit(lambda: asyncio.run(echecs.noter(travail, CONTEXTE, None))).result()  # type: ignore[arg-type]


def test_the_class_of_the_error_is_kept_and_the_error_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    gardes: list[tuple[object, ...]] = []
    monkeypatch.setattr(echecs, "_garder", lambda *quoi: gardes.append(quoi))

    async def echouer() -> None:
        raise ImportRefuse("la valeur MARTIN n’est pas un SIREN")

    with pytest.raises(ImportRefuse):
        mener(echouer)
    assert gardes == [(7, "relever", "ImportRefuse")]


def test_a_job_that_succeeds_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    gardes: list[tuple[object, ...]] = []
    monkeypatch.setattr(echecs, "_garder", lambda *quoi: gardes.append(quoi))

    async def reussir() -> str:
        return "fait"

    assert mener(reussir) == "fait"
    assert gardes == []


@pytest.mark.django_db
def test_the_latest_failure_of_a_job_replaces_the_one_before() -> None:
    echecs._garder(7, "relever", "OSError")
    echecs._garder(7, "relever", "ImportRefuse")
    assert [(e.travail, e.classe) for e in EchecTravail.objects.all()] == [(7, "ImportRefuse")]


def test_a_database_that_is_down_does_not_hide_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def en_panne(**_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(EchecTravail.objects, "update_or_create", en_panne)
    echecs._garder(7, "relever", "OSError")
