"""Long polls: keep an answer back until there is something new, without a thread.

While at least one client waits, one thread of the process reads the number that they all wait for, every ``PAS_S``
seconds: a thousand clients cost no more than one.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import structlog
from django.db import DatabaseError, connection

from fce.config.serveur.reponse import ReponseWsgi
from fce.socle import attentes
from fce.socle.erreurs import FCEError

PAS_S: Final = 2.0
A_LA_FOIS: Final = 500
PAR_ADRESSE: Final = 8
"""Clients kept waiting by a process, and of one address; beyond, an answer leaves at once."""
log = structlog.get_logger("fce.serveur")


class Attendue(NamedTuple):
    """Wait at most ``secondes`` for a number above ``numero``."""

    secondes: float
    numero: int


def demandee(reponse: ReponseWsgi) -> Attendue | None:
    """What an answer asks to wait for; its header is taken away, because it is not the client's business."""
    for entete in reponse.entetes:
        if entete[0] == attentes.EN_ATTENTE:
            reponse.entetes.remove(entete)
            secondes, numero = entete[1].split()
            return Attendue(min(float(secondes), attentes.SECONDES_MAX), int(numero))
    return None


class Guet:
    """The clients of a process that wait, and the thread that looks for them."""

    def __init__(self) -> None:
        self._fil = ThreadPoolExecutor(1, thread_name_prefix="guet")
        self._places: Counter[str] = Counter()
        self._tache: asyncio.Task[None] | None = None
        self._change: asyncio.Event | None = None
        self._numero = 0

    async def attendre(self, attendue: Attendue, adresse: str) -> bool:
        """True once the number has grown; False at the end of the time, or at once when too many wait already."""
        if self._places.total() >= A_LA_FOIS or self._places[adresse] >= PAR_ADRESSE:
            return False
        self._places[adresse] += 1
        try:
            async with asyncio.timeout(attendue.secondes):
                while self._numero <= attendue.numero:
                    await self._prochain()
            return True
        except TimeoutError:
            return False
        finally:
            self._places[adresse] -= 1
            if not self._places[adresse]:
                del self._places[adresse]

    async def _prochain(self) -> None:
        """Wait for the next look, starting to look if nobody does."""
        if self._change is None:
            self._change = asyncio.Event()
        if self._tache is None or self._tache.done():
            self._tache = asyncio.create_task(self._regarder())
        await self._change.wait()

    async def _regarder(self) -> None:
        boucle = asyncio.get_running_loop()
        while self._places:
            self._numero = await boucle.run_in_executor(self._fil, _lire, self._numero)
            change, self._change = self._change, asyncio.Event()
            if change is not None:
                change.set()
            await asyncio.sleep(PAS_S)


def _lire(dernier: int) -> int:
    try:
        return attentes.lire()
    except (DatabaseError, FCEError) as erreur:
        log.warning("guet_interrompu", erreur=type(erreur).__name__)
        return dernier
    finally:
        connection.close()
