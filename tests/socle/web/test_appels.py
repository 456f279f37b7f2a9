"""A call gives its result or its error within its time, and the loop that carried it can be closed and made again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import httpx
import pytest

from fce.socle.web.appels import Appels


@pytest.fixture
def appels() -> Iterator[Appels]:
    appels = Appels("essai-appels", delai=1)
    yield appels
    appels.fermer()


async def _fil(client: httpx.AsyncClient) -> str:
    return threading.current_thread().name


async def _dormir(client: httpx.AsyncClient) -> None:
    await asyncio.sleep(30)


async def _echouer(client: httpx.AsyncClient) -> None:
    raise LookupError


def test_a_call_returns_its_result_from_a_thread_of_its_own(appels: Appels) -> None:
    assert appels.executer(_fil, 5) == "essai-appels"


def test_a_fault_goes_back_to_the_caller(appels: Appels) -> None:
    with pytest.raises(LookupError):
        appels.executer(_echouer, 5)


@pytest.mark.parametrize("delai", [0.05, 0, -1])
def test_a_passed_deadline_returns_control(appels: Appels, delai: float) -> None:
    with pytest.raises(TimeoutError):
        appels.executer(_dormir, delai)


def test_once_closed_the_executor_starts_again(appels: Appels) -> None:
    appels.executer(_fil, 5)
    appels.fermer()
    appels.fermer()
    assert "essai-appels" not in {fil.name for fil in threading.enumerate()}
    assert appels.executer(_fil, 5) == "essai-appels"
