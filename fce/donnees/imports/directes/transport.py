"""HTTP GET within a total time, even against a silent server, a slow or huge body, or a cut connection."""

from __future__ import annotations

import asyncio
import atexit
import email.utils
import json
import random
import time
from collections.abc import Mapping
from typing import Any, Final

from fce.donnees.imports.directes.erreurs import (
    AppelRefuse,
    DelaiDepasse,
    DemandeRefusee,
    ErreurDirecte,
    FournisseurEnPanne,
    LimiteAtteinte,
    ReponseInvalide,
    ReseauEnPanne,
)
from fce.socle.web import http
from fce.socle.web.appels import Appels

DELAI: Final = 5.0  # seconds, retries included
ESSAIS_PAR_APPEL: Final = 3
RECUL: Final = 0.2  # seconds before the second attempt; doubled each time, with jitter
OCTETS_MAX: Final = 5 * 2**20
ATTENTE_PAR_DEFAUT: Final = 60.0
_REPRISES: Final = frozenset({502, 503, 504})


_appels = Appels("fce-directes", delai=DELAI)


def fermer() -> None:
    _appels.fermer()


atexit.register(fermer)


def demander(
    adresse: str, *, entetes: Mapping[str, str], parametres: Mapping[str, str], delai: float = DELAI
) -> dict[str, Any] | None:
    """GET ``adresse`` within ``delai`` seconds, retries included: the JSON object of a 200; None for a 404 (unknown
    unit). Raises ErreurDirecte."""
    echeance = time.monotonic() + delai
    try:
        return _appels.executer(lambda client: _avec_reprises(client, adresse, entetes, parametres, echeance), delai)
    except TimeoutError as erreur:
        raise DelaiDepasse from erreur


async def _avec_reprises(
    client: http.AsyncClient, adresse: str, entetes: Mapping[str, str], parametres: Mapping[str, str], echeance: float
) -> dict[str, Any] | None:
    """Retry after a cut, a 502, 503 or 504, or a 429 with a delay: a GET is safe to send again."""
    for essai in range(1, ESSAIS_PAR_APPEL + 1):
        echec: ErreurDirecte
        attente = RECUL * 2 ** (essai - 1) * (1 + random.random() / 2)  # noqa: S311 – no secret in a delay
        try:
            return await _une_fois(client, adresse, entetes, parametres)
        except LimiteAtteinte as erreur:
            attente, echec = max(erreur.attente, RECUL), erreur
        except (FournisseurEnPanne, ReseauEnPanne) as erreur:
            if erreur.details.get("definitive"):
                raise
            echec = erreur
        if essai == ESSAIS_PAR_APPEL or time.monotonic() + attente + RECUL >= echeance:
            raise echec
        await asyncio.sleep(attente)
    raise AssertionError("unreachable")


async def _une_fois(
    client: http.AsyncClient, adresse: str, entetes: Mapping[str, str], parametres: Mapping[str, str]
) -> dict[str, Any] | None:
    try:
        async with client.stream("GET", adresse, headers=entetes, params=parametres) as reponse:
            _verifier(reponse)
            corps = bytearray()
            async for morceau in reponse.aiter_bytes():
                corps += morceau
                if len(corps) > OCTETS_MAX:
                    raise ReponseInvalide
    except http.TimeoutException as erreur:
        raise DelaiDepasse from erreur
    except http.DecodingError as erreur:
        raise ReponseInvalide from erreur
    except http.RequestError as erreur:
        raise ReseauEnPanne from erreur
    except http.InvalidURL as erreur:
        raise DemandeRefusee from erreur
    contenu = _json(bytes(corps))
    if reponse.status_code == 404:
        # A wrong address is a 404 too: only the error envelope of API Entreprise means an unknown unit.
        if not isinstance(contenu.get("errors"), list):
            raise ReponseInvalide
        return None
    if "data" not in contenu:
        raise ReponseInvalide
    return contenu


def _verifier(reponse: http.Response) -> None:
    code = reponse.status_code
    if code in (200, 404):
        return
    if code in (401, 403):
        raise AppelRefuse
    if code == 429:
        raise LimiteAtteinte(_attente(reponse.headers))
    if code >= 500:
        raise FournisseurEnPanne(definitive=code not in _REPRISES)
    raise DemandeRefusee


def _json(corps: bytes) -> dict[str, Any]:
    try:
        contenu = json.loads(corps)
    except (ValueError, RecursionError) as erreur:
        raise ReponseInvalide from erreur
    if not isinstance(contenu, dict):
        raise ReponseInvalide
    return contenu


def _attente(entetes: http.Headers) -> float:
    """Seconds asked by ``Retry-After`` (seconds or date, RFC 9110 §10.2.3), else by ``RateLimit-Reset`` (Unix time)."""
    demande = entetes.get("Retry-After", "").strip()
    if demande.isascii() and demande.isdigit() and len(demande) < 8:
        return float(demande)
    if demande:
        try:
            return max(0.0, email.utils.parsedate_to_datetime(demande).timestamp() - time.time())
        except ValueError:
            pass
    remise = entetes.get("RateLimit-Reset", "").strip()
    if remise.isascii() and remise.isdigit() and len(remise) < 12:
        return max(0.0, float(remise) - time.time())
    return ATTENTE_PAR_DEFAUT
