"""A call gives its result or its error within its time, and the loop that carried it can be closed and made again."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from fce.socle.appels import Appels


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


def test_un_appel_rend_son_resultat_d_un_fil_a_lui(appels: Appels) -> None:
    assert appels.executer(_fil, 5) == "essai-appels"


def test_une_faute_revient_a_qui_appelle(appels: Appels) -> None:
    with pytest.raises(LookupError):
        appels.executer(_echouer, 5)


@pytest.mark.parametrize("delai", [0.05, 0, -1])
def test_l_echeance_passee_rend_la_main(appels: Appels, delai: float) -> None:
    debut = time.monotonic()
    with pytest.raises(TimeoutError):
        appels.executer(_dormir, delai)
    assert time.monotonic() - debut < 5


def test_ferme_il_se_refait(appels: Appels) -> None:
    appels.executer(_fil, 5)
    appels.fermer()
    appels.fermer()
    assert "essai-appels" not in {fil.name for fil in threading.enumerate()}
    assert appels.executer(_fil, 5) == "essai-appels"
