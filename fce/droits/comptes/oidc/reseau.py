"""HTTP calls to a provider: five seconds for a whole sign-in, one megabyte, no redirection."""

from __future__ import annotations

import atexit
import contextlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from fce.droits.comptes.oidc.erreurs import Indisponible
from fce.socle.web import http
from fce.socle.web.appels import Appels

DELAI: Final = 5.0  # seconds, for all the calls of a sign-in
_TAILLE_MAX: Final = 1_000_000

_appels = Appels("fce-oidc", delai=DELAI)
atexit.register(_appels.fermer)


def fermer() -> None:
    """Close the connections and the thread; the next call creates new ones."""
    _appels.fermer()


@dataclass(frozen=True, slots=True)
class ReponseOidc:
    """``type``: media type in lower case, without parameters."""

    statut: int
    type: str
    corps: bytes = b""

    def objet(self) -> dict[str, Any]:
        """Return the JSON object of the body. Raises ``Indisponible``."""
        try:
            contenu = json.loads(self.corps)
        except (ValueError, RecursionError):
            raise Indisponible("json") from None
        if not isinstance(contenu, dict):
            raise Indisponible("json")
        return contenu


class Echeance:
    """Time left to a sign-in."""

    def __init__(self, delai: float = DELAI) -> None:
        self._fin = time.monotonic() + delai

    def reste(self) -> float:
        """Seconds left, negative when over."""
        return self._fin - time.monotonic()


class _Cloison:
    """Bounds the sign-ins that wait at once in this process, so that a slow provider leaves threads for the pages."""

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
    """Send one request. Raises ``Indisponible``: no complete answer in time, redirection, 429, 5xx, body too large."""

    async def appeler(client: http.AsyncClient) -> ReponseOidc:
        demande = client.build_request(
            methode,
            adresse,
            # The size limit would not bound a compressed body.
            headers={**entetes, "Accept-Encoding": "identity"},
            content=formulaire.encode() or None,
        )
        recue = await client.send(demande, stream=True)
        try:
            return await _reponse(recue)
        finally:
            await recue.aclose()

    with _cloison.passer():
        try:
            return _appels.executer(appeler, echeance.reste())
        except (TimeoutError, http.TimeoutException):
            raise Indisponible("delai") from None
        except (http.RequestError, http.InvalidURL):
            raise Indisponible("reseau") from None


async def _reponse(recue: http.Response) -> ReponseOidc:
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
