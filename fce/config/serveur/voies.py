"""Lanes: each kind of request has threads of its own, so that one kind never takes those of another."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from fce.config.refus import RefusHttp, occupe
from fce.socle.routes import Voie

_ATTENTE_S: Final = 10.0
"""Seconds that a request may wait for a thread. It holds nothing meanwhile but its own bytes."""
EN_ATTENTE_MAX: Final = 200
FICHIERS_MAX: Final = 100
"""Files on their way at once, in a process."""
FICHIERS_PAR_ADRESSE: Final = 4


class Fils:
    """Some threads, and a bounded queue in front of them."""

    def __init__(self, nom: str, nombre: int) -> None:
        self._libres = asyncio.Semaphore(nombre)
        self._rendues: deque[None] = deque()
        self._executeur = ThreadPoolExecutor(nombre, thread_name_prefix=nom)
        self._en_attente = 0

    async def lancer(self, appel: Callable[[], object]) -> None:
        """Run ``appel``, which never raises, in a thread as soon as one is free. Raises RefusHttp (503)."""
        self._reprendre()
        if self._libres.locked():
            await self._patienter()
        else:
            await self._libres.acquire()
        self._executeur.submit(self._tenir, appel, asyncio.get_running_loop())

    async def _patienter(self) -> None:
        if self._en_attente >= EN_ATTENTE_MAX:
            raise occupe()
        self._en_attente += 1
        # Given back before anybody was seen waiting.
        self._reprendre()
        try:
            async with asyncio.timeout(_ATTENTE_S):
                await self._libres.acquire()
        except TimeoutError:
            raise occupe() from None
        finally:
            self._en_attente -= 1

    def _tenir(self, appel: Callable[[], object], boucle: asyncio.AbstractEventLoop) -> None:
        """In the thread: its place is free when it is, whatever becomes of who waits for the answer. The loop is woken
        only for those that wait for a place."""
        try:
            appel()
        finally:
            self._rendues.append(None)
            if self._en_attente:
                with contextlib.suppress(RuntimeError):  # the loop is closed: the process stops
                    boucle.call_soon_threadsafe(self._reprendre)

    def _reprendre(self) -> None:
        while self._rendues:
            self._rendues.popleft()
            self._libres.release()


class Voies:
    """The lanes of a process whose pages may use ``connexions`` connections of the database."""

    def __init__(self, connexions: int) -> None:
        pages, lourds = repartir(connexions)
        ordinaires = Fils("pages", pages)
        self._fils = {
            Voie.PAGE: ordinaires,
            Voie.FRAGMENT: ordinaires,
            Voie.API: ordinaires,
            Voie.FICHIER: Fils("fichiers", lourds),
            Voie.DEPOT: Fils("depots", lourds),
            # Asks nothing of the database.
            Voie.SANTE: Fils("sante", 1),
        }
        self._envois: Counter[str] = Counter()

    def __getitem__(self, voie: Voie) -> Fils:
        return self._fils[voie]

    @contextlib.contextmanager
    def envoi(self, adresse: str | None) -> Iterator[None]:
        """A file on its way to ``adresse``, None for this machine. Raises RefusHttp (429, 503)."""
        cle = adresse or ""
        if adresse and self._envois[cle] >= FICHIERS_PAR_ADRESSE:
            raise RefusHttp(
                429,
                f"{FICHIERS_PAR_ADRESSE} fichiers sont déjà en cours d’envoi vers votre adresse : attendez qu’un se "
                "termine.",
                "trop_de_fichiers",
                30,
            )
        if self._envois.total() >= FICHIERS_MAX:
            raise occupe()
        self._envois[cle] += 1
        try:
            yield
        finally:
            self._envois[cle] -= 1
            if not self._envois[cle]:
                del self._envois[cle]


def repartir(connexions: int) -> tuple[int, int]:
    """Threads of the pages, and of each of the two heavy lanes: from three on, as many in all as connections."""
    lourds = max(1, connexions // 5)
    return max(1, connexions - 2 * lourds), lourds
