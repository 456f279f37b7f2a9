"""Limits of one process: threads by kind of request (lanes), so that one kind cannot starve another, and bodies and
files under way, so that one client cannot hold them all."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from fce.config.refus import RefusHttp, occupe
from fce.socle.travaux import mesures
from fce.socle.web.routes import Voie

_ATTENTE_S: Final = 10.0
"""Longest wait in seconds for a thread; a waiting request holds only its own bytes."""
EN_ATTENTE_MAX: Final = 200


class Fils:
    """A pool of ``nombre`` threads with a bounded queue."""

    def __init__(self, nom: str, nombre: int) -> None:
        self.nom, self.nombre = nom, nombre
        self._libres = asyncio.Semaphore(nombre)
        self._executeur = ThreadPoolExecutor(nombre, thread_name_prefix=nom)
        self._en_attente = 0

    async def lancer(self, appel: Callable[[], object]) -> None:
        """Run ``appel``, which never raises, as soon as a thread is free. Raises RefusHttp (503)."""
        if self._libres.locked():
            await self._patienter()
        else:
            await self._libres.acquire()
        self._executeur.submit(self._tenir, appel, asyncio.get_running_loop())

    async def _patienter(self) -> None:
        if self._en_attente >= EN_ATTENTE_MAX:
            mesures.DEBORDEMENTS.ajouter(1, self.nom)
            raise occupe()
        self._en_attente += 1
        mesures.EN_ATTENTE.ajouter(1, self.nom)
        debut = perf_counter()
        try:
            async with asyncio.timeout(_ATTENTE_S):
                await self._libres.acquire()
        except TimeoutError:
            mesures.DEBORDEMENTS.ajouter(1, self.nom)
            raise occupe() from None
        finally:
            self._en_attente -= 1
            mesures.EN_ATTENTE.ajouter(-1, self.nom)
            mesures.ATTENTES.ajouter(perf_counter() - debut, self.nom)

    def _tenir(self, appel: Callable[[], object], boucle: asyncio.AbstractEventLoop) -> None:
        """Run in the thread, and give its place back even if nobody waits for the answer any more."""
        try:
            appel()
        finally:
            with contextlib.suppress(RuntimeError):  # the loop is closed: the process is stopping
                boucle.call_soon_threadsafe(self._libres.release)


def ouvrir_les_voies(connexions: int) -> dict[Voie, Fils]:
    """Return the lanes of a process that has ``connexions`` database connections: together, no more threads than that
    (from three on), health checks aside, which use no connection."""
    lourds = max(1, connexions // 5)
    pages = Fils("pages", max(1, connexions - 2 * lourds))
    return {
        Voie.PAGE: pages,
        Voie.FRAGMENT: pages,
        Voie.API: pages,
        Voie.FICHIER: Fils("fichiers", lourds),
        Voie.DEPOT: Fils("depots", lourds),
        Voie.SANTE: Fils("sante", 1),
    }


@dataclass(slots=True)
class PlacesDEnvoi:
    """Bodies or files under way at once: ``en_tout``, ``chacun`` for one of those who send or read them (address,
    account, token), and ``par_vue``. ``refus``: sentence and code for who has taken their share."""

    en_tout: int
    chacun: int
    refus: tuple[str, str]
    par_vue: int = 400
    en_cours: int = 0
    _prises: Counter[object] = field(default_factory=Counter)

    def exiger(self, vue: object, qui: tuple[str, ...]) -> None:
        """Raises RefusHttp (429, 503) when one more would be too many. ``qui``: empty for this machine."""
        if any(self._prises[un] >= self.chacun for un in qui):
            raise RefusHttp(429, *self.refus, 30)
        if self.en_cours >= self.en_tout or self._prises[vue] >= self.par_vue:
            raise occupe()

    @contextlib.contextmanager
    def prendre(self, vue: object, qui: tuple[str, ...]) -> Iterator[None]:
        """Count one more, until the end of the block. Raises RefusHttp (429, 503)."""
        self.exiger(vue, qui)
        self._prises.update([vue, *qui])
        self.en_cours += 1
        try:
            yield
        finally:
            self._prises -= Counter([vue, *qui])  # forgets who has none left
            self.en_cours -= 1
