"""Lanes: each kind of request has its own threads, so that one kind cannot starve another."""

import asyncio
import contextlib
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from time import perf_counter
from typing import Final

from fce.config.refus import RefusHttp, occupe
from fce.socle import mesures
from fce.socle.routes import Voie

_ATTENTE_S: Final = 10.0
"""Longest wait in seconds for a thread; a waiting request holds only its own bytes."""
EN_ATTENTE_MAX: Final = 200
FICHIERS_MAX: Final = 100
"""Files being sent at once by a process."""
FICHIERS_PAR_ADRESSE: Final = 4


class Fils:
    """A pool of threads with a bounded queue."""

    def __init__(self, nom: str, nombre: int) -> None:
        self._nom = nom
        self._libres = asyncio.Semaphore(nombre)
        self._rendues: deque[None] = deque()
        self._executeur = ThreadPoolExecutor(nombre, thread_name_prefix=nom)
        self._nombre = nombre
        self._en_attente = 0

    def annoncer(self) -> None:
        """Tell the metrics, once plugged in, how many threads there are."""
        mesures.FILS.ajouter(self._nombre, self._nom)

    def dans_chacun(self, appel: Callable[[threading.Barrier], object], delai_s: float) -> None:
        """Run ``appel`` once in every thread, before the first request; it waits at the barrier for the others, so that
        no thread runs it twice. Return after ``delai_s`` at the latest."""
        ensemble = threading.Barrier(self._nombre)
        wait([self._executeur.submit(appel, ensemble) for _ in range(self._nombre)], max(0.0, delai_s))

    async def lancer(self, appel: Callable[[], object]) -> None:
        """Run ``appel``, which never raises, as soon as a thread is free. Raises RefusHttp (503)."""
        self._reprendre()
        if self._libres.locked():
            await self._patienter()
        else:
            await self._libres.acquire()
        self._executeur.submit(self._tenir, appel, asyncio.get_running_loop())

    async def _patienter(self) -> None:
        if self._en_attente >= EN_ATTENTE_MAX:
            mesures.DEBORDEMENTS.ajouter(1, self._nom)
            raise occupe()
        self._en_attente += 1
        mesures.EN_ATTENTE.ajouter(1, self._nom)
        debut = perf_counter()
        # Take the places released before ``_en_attente`` was set.
        self._reprendre()
        try:
            async with asyncio.timeout(_ATTENTE_S):
                await self._libres.acquire()
        except TimeoutError:
            mesures.DEBORDEMENTS.ajouter(1, self._nom)
            raise occupe() from None
        finally:
            self._en_attente -= 1
            mesures.EN_ATTENTE.ajouter(-1, self._nom)
            mesures.ATTENTES.ajouter(perf_counter() - debut, self._nom)

    def _tenir(self, appel: Callable[[], object], boucle: asyncio.AbstractEventLoop) -> None:
        """Run in the thread and release its place even if nobody waits for the answer any more. Wakes the loop only
        when requests are queued."""
        try:
            appel()
        finally:
            self._rendues.append(None)
            if self._en_attente:
                with contextlib.suppress(RuntimeError):  # the loop is closed: the process is stopping
                    boucle.call_soon_threadsafe(self._reprendre)

    def _reprendre(self) -> None:
        while self._rendues:
            self._rendues.popleft()
            self._libres.release()


class Voies:
    """The lanes of a process that has ``connexions`` database connections."""

    def __init__(self, connexions: int) -> None:
        pages, lourds = repartir(connexions)
        ordinaires = Fils("pages", pages)
        self._fils = {
            Voie.PAGE: ordinaires,
            Voie.FRAGMENT: ordinaires,
            Voie.API: ordinaires,
            Voie.FICHIER: Fils("fichiers", lourds),
            Voie.DEPOT: Fils("depots", lourds),
            # Health checks use no database connection.
            Voie.SANTE: Fils("sante", 1),
        }
        self._envois: Counter[str] = Counter()

    def annoncer(self) -> None:
        for fils in set(self._fils.values()):
            fils.annoncer()

    def __getitem__(self, voie: Voie) -> Fils:
        return self._fils[voie]

    @contextlib.contextmanager
    def envoi(self, adresse: str | None) -> Iterator[None]:
        """Count a file being sent to ``adresse`` (None: this machine). Raises RefusHttp (429, 503)."""
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
    """Return the number of threads of the page lane and of each heavy lane; together, no more than ``connexions`` (from
    three on)."""
    lourds = max(1, connexions // 5)
    return max(1, connexions - 2 * lourds), lourds
