"""What is asked of a provider, within bounds: five seconds for a whole sign-in, a megabyte, no redirection followed."""

from __future__ import annotations

import atexit
import contextlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from django.conf import settings

from fce.comptes.oidc.erreurs import Indisponible
from fce.socle.appels import Appels

DELAI: Final = 5.0  # seconds, every call of one sign-in included
_TAILLE_MAX: Final = 1_000_000

_appels = Appels("fce-oidc", delai=DELAI)
atexit.register(_appels.fermer)


def fermer() -> None:
    """Close connections and thread; the next call makes others."""
    _appels.fermer()


@dataclass(frozen=True, slots=True)
class ReponseOidc:
    """``type``: the media type without its parameters, in lower case."""

    statut: int
    type: str
    corps: bytes = b""

    def objet(self) -> dict[str, Any]:
        """The JSON object that it holds. Raises ``Indisponible``."""
        try:
            contenu = json.loads(self.corps)
        except (ValueError, RecursionError):
            raise Indisponible("json") from None
        if not isinstance(contenu, dict):
            raise Indisponible("json")
        return contenu


class Echeance:
    """The time that a sign-in has left."""

    def __init__(self, delai: float = DELAI) -> None:
        self._fin = time.monotonic() + delai

    def reste(self) -> float:
        """Seconds, negative when it is over."""
        return self._fin - time.monotonic()


class _Cloison:
    """How many sign-ins of this process may wait at once: pages must keep threads, however slow a provider is."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._en_cours = 0

    @contextlib.contextmanager
    def passer(self) -> Iterator[None]:
        with self._verrou:
            if self._en_cours >= max(1, settings.FCE_BASE_CONNEXIONS // 2):
                raise Indisponible("cloison")
            self._en_cours += 1
        try:
            yield
        finally:
            with self._verrou:
                self._en_cours -= 1


_cloison = _Cloison()


def demander(
    methode: str, adresse: str, echeance: Echeance, *, entetes: Mapping[str, str], formulaire: str = ""
) -> ReponseOidc:
    """One call. Raises ``Indisponible``: no whole answer in time, a redirection, 429, 5xx, a body too big."""

    async def appeler(client: httpx.AsyncClient) -> ReponseOidc:
        demande = client.build_request(
            methode,
            adresse,
            # A compressed body could swell after it is measured.
            headers={**entetes, "Accept-Encoding": "identity"},
            content=formulaire.encode() or None,
        )
        recue = await client.send(demande, stream=True)
        try:
            return await _lire(recue)
        finally:
            await recue.aclose()

    with _cloison.passer():
        try:
            return _appels.executer(appeler, echeance.reste())
        except (TimeoutError, httpx.TimeoutException):
            raise Indisponible("delai") from None
        except (httpx.RequestError, httpx.InvalidURL):
            raise Indisponible("reseau") from None


async def _lire(recue: httpx.Response) -> ReponseOidc:
    statut = recue.status_code
    if statut >= 500 or statut == 429 or 300 <= statut < 400:
        raise Indisponible(f"statut {statut}")
    if recue.headers.get("Content-Encoding", "identity") != "identity":
        raise Indisponible("compression")
    corps = bytearray()
    async for morceau in recue.aiter_raw():
        corps += morceau
        if len(corps) > _TAILLE_MAX:
            raise Indisponible("taille")
    return ReponseOidc(statut, recue.headers.get("Content-Type", "").partition(";")[0].strip().lower(), bytes(corps))
