"""The job of the index: it builds what an import made stale, and nothing else."""

from types import SimpleNamespace
from typing import Any

import pytest
from procrastinate.exceptions import JobAborted

from fce.donnees.entreprises.repertoire import UNITES_LEGALES
from fce.recherche import services, tasks
from fce.socle.erreurs import IndexIndisponible
from tests.pannes import lever

VIVANT = SimpleNamespace(should_abort=lambda: False)
ARRETE = SimpleNamespace(should_abort=lambda: True)


@pytest.fixture
def batis(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    faits: list[str] = []

    def indexer(*, forcer: bool, progression: Any) -> None:
        progression("lecture", 1, 2)
        faits.append("entier" if forcer else "index")

    monkeypatch.setattr(services, "indexer", indexer)
    return faits


@pytest.mark.parametrize(("perime", "attendu"), [(True, ["index"]), (False, [])])
def test_only_a_stale_index_is_built(
    batis: list[str], monkeypatch: pytest.MonkeyPatch, perime: bool, attendu: list[str]
) -> None:
    monkeypatch.setattr(services, "index_perime", lambda: perime)
    tasks.indexer(VIVANT)
    assert batis == attendu


@pytest.mark.parametrize(("en_place", "attendu"), [({UNITES_LEGALES: 1}, ["index"]), ({}, [])])
def test_the_first_index_waits_for_the_first_companies(
    batis: list[str], monkeypatch: pytest.MonkeyPatch, en_place: dict[str, int], attendu: list[str]
) -> None:
    monkeypatch.setattr(services, "index_perime", lever(IndexIndisponible("Aucun index.")))
    monkeypatch.setattr(tasks, "versions", lambda: en_place)
    tasks.indexer(VIVANT)
    assert batis == attendu


def test_a_worker_that_stops_gives_the_build_up(batis: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "index_perime", lambda: True)
    with pytest.raises(JobAborted):
        tasks.indexer(ARRETE)
    assert batis == []


@pytest.mark.parametrize(("retouche", "attendu"), [(True, ["entier"]), (False, [])])
def test_at_night_an_index_that_was_amended_is_built_whole(
    batis: list[str], monkeypatch: pytest.MonkeyPatch, retouche: bool, attendu: list[str]
) -> None:
    monkeypatch.setattr(services, "retouche_depuis_la_refonte", lambda: retouche)
    tasks.indexer_la_nuit(VIVANT)
    assert batis == attendu
