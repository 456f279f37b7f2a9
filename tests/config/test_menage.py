"""What a page leaves is put away after it, now and then, the older the more rarely."""

from __future__ import annotations

import gc
from weakref import ref

import pytest
from django.core.signals import request_finished

from fce.exploitation.serveur import menage


class _Chainon:
    lui: _Chainon


def test_object_cycles_are_collected_after_the_page_and_not_at_each_one(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.disable()  # Python would do it by itself
    try:
        chainon = _Chainon()
        chainon.lui = chainon
        suivi = ref(chainon)
        del chainon
        monkeypatch.setattr(menage, "JEUNES", 10**9)
        menage.ranger()
        assert suivi() is not None
        monkeypatch.setattr(menage, "JEUNES", -1)
        menage.ranger()
        assert suivi() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("compte", "age"),
    [((15_000, 60, 30), None), ((15_001, 50, 20), 0), ((15_001, 51, 20), 1), ((15_001, 10, 21), 2)],
)
def test_the_oldest_objects_are_looked_at_more_rarely(
    compte: tuple[int, int, int], age: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    regardes: list[int] = []
    monkeypatch.setattr(menage.gc, "get_count", lambda: compte)
    monkeypatch.setattr(menage.gc, "collect", regardes.append)
    menage.ranger()
    assert regardes == ([] if age is None else [age])


def test_a_web_process_collects_at_the_end_of_each_response(monkeypatch: pytest.MonkeyPatch) -> None:
    seuils, poses = gc.get_threshold(), []
    monkeypatch.setattr(menage.gc, "freeze", lambda: None)
    monkeypatch.setattr(menage.gc, "set_threshold", lambda *seuil: poses.append(seuil))
    try:
        menage.installer()
        assert poses == [(menage.SECOURS, menage.MOYENS, menage.VIEUX)]
        assert request_finished.disconnect(dispatch_uid="menage")
    finally:
        gc.set_threshold(*seuils)


def test_a_process_that_loads_does_not_look_for_cycles_and_looks_for_them_once_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seuils = gc.get_threshold()
    monkeypatch.setattr(menage.gc, "freeze", lambda: None)
    try:
        menage.suspendre_la_collecte()
        assert not gc.isenabled()
        menage.installer()
        assert gc.isenabled()
        gc.set_threshold(*seuils)
        menage.espacer_la_collecte()
        assert gc.get_threshold()[0] == menage.SECOURS
    finally:
        request_finished.disconnect(dispatch_uid="menage")
        gc.set_threshold(*seuils)
        gc.enable()
