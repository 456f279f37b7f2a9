"""HTTP calls bounded by a total time, whatever the server does: no answer, slow body, cut connection.

Calls run in one asyncio loop per use and per process, in its own thread. Cancelling a coroutine closes its socket at
the deadline, whereas blocking clients only bound each read. The loop keeps connections alive between calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Coroutine
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final, TypeVar

from fce.socle.web import http

CONNEXIONS: Final = 20
Resultat = TypeVar("Resultat")


class Appels:
    """One asyncio loop, its thread and its HTTP client, created at the first call."""

    def __init__(self, nom: str, *, delai: float) -> None:
        """``nom``: name of the thread. ``delai``: longest time in seconds of one step of a call (connect, read,
        write)."""
        self._nom, self._delai = nom, delai
        self._verrou = threading.Lock()
        self._boucle: asyncio.AbstractEventLoop | None = None
        self._client: http.AsyncClient | None = None
        self._fil: threading.Thread | None = None

    def executer(self, tache: Callable[[http.AsyncClient], Coroutine[Any, Any, Resultat]], delai: float) -> Resultat:
        """Run ``tache`` and return its result. Raises ``TimeoutError`` after ``delai`` seconds in all, and whatever
        ``tache`` raises."""
        if delai <= 0:
            raise TimeoutError
        boucle, client = self._obtenir()
        futur = asyncio.run_coroutine_threadsafe(_dans_le_temps(tache(client), delai), boucle)
        try:
            return futur.result(timeout=delai + 0.5)
        except (TimeoutError, asyncio.CancelledError) as erreur:
            futur.cancel()
            raise TimeoutError from erreur

    def fermer(self) -> None:
        """Close the connections, the loop and the thread; the next call creates new ones."""
        with self._verrou:
            if self._boucle is None or self._client is None or self._fil is None:
                return
            boucle, client, fil = self._boucle, self._client, self._fil
            self._boucle = self._client = self._fil = None
        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(client.aclose(), boucle).result(timeout=2)
        boucle.call_soon_threadsafe(boucle.stop)
        fil.join(timeout=2)
        boucle.close()

    def _obtenir(self) -> tuple[asyncio.AbstractEventLoop, http.AsyncClient]:
        with self._verrou:
            if self._boucle is None or self._client is None:
                self._boucle = asyncio.new_event_loop()
                self._client = http.AsyncClient(
                    verify=_autorites(),
                    timeout=self._delai,
                    follow_redirects=False,
                    limits=http.Limits(max_connections=CONNEXIONS),
                    # All readers share this client: refuse cookies, so that one answer cannot influence the next call.
                    cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                )
                self._fil = threading.Thread(target=self._boucle.run_forever, name=self._nom, daemon=True)
                self._fil.start()
            return self._boucle, self._client


@cache
def _autorites() -> ssl.SSLContext:
    # Cached: loading the certificate authorities takes about 50 ms.
    return http.create_ssl_context()


async def _dans_le_temps(appel: Coroutine[Any, Any, Resultat], delai: float) -> Resultat:
    async with asyncio.timeout(delai):
        return await appel
