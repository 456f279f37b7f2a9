"""JSON-RPC of the Model Context Protocol over HTTP, without state: revisions 2025-11-25 and 2026-07-28.

A request of the second one says again, in headers, what its body says, so that a front server may route it: both must
agree.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from msgspec import UNSET, Struct, UnsetType

from fce.api.reponses import EN_JSON

MODERNE: Final = "2026-07-28"
ANCIENNES: Final = ("2025-11-25", "2025-06-18", "2025-03-26")
SERVEUR: Final = {"name": "fce", "title": "Fiche Commune Entreprise", "version": "1"}
META: Final = "io.modelcontextprotocol/"
ILLISIBLE, INVALIDE, INCONNUE, PARAMETRES, INTERNE = -32700, -32600, -32601, -32602, -32603
ENTETES, CAPACITE, VERSION, PAR_UNE_PAGE = -32020, -32021, -32022, -32042
_STATUTS: Final = {ILLISIBLE: 400, INVALIDE: 400, ENTETES: 400, CAPACITE: 400, VERSION: 400}
_STATUTS_MODERNES: Final = _STATUTS | {PARAMETRES: 400, INCONNUE: 404}


class FauteRpc(Exception):
    """An error of the protocol, as JSON-RPC says it."""

    def __init__(self, code: int, message: str, donnees: object = None, statut: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.donnees, self.statut = code, message, donnees, statut


class MessageRpc(Struct):
    """A request; without ``id``, a notification; without ``method``, an answer."""

    jsonrpc: Literal["2.0"]
    id: str | int | UnsetType = UNSET
    method: str | UnsetType = UNSET
    params: dict[str, Any] = {}

    @property
    def meta(self) -> dict[str, Any]:
        meta = self.params.get("_meta")
        return meta if isinstance(meta, dict) else {}


def message_de(corps: bytes) -> MessageRpc:
    """Raises FauteRpc for anything but one message of JSON-RPC."""
    try:
        return msgspec.json.decode(corps, type=MessageRpc)
    except msgspec.ValidationError:
        raise FauteRpc(INVALIDE, "Envoyez un seul message JSON-RPC 2.0.") from None
    except (msgspec.DecodeError, RecursionError):
        raise FauteRpc(ILLISIBLE, "Ce corps n’est pas du JSON.") from None


def est_moderne(request: HttpRequest, message: MessageRpc) -> bool:
    version = request.headers.get("MCP-Protocol-Version", "")
    return version not in ANCIENNES if version else f"{META}protocolVersion" in message.meta


def verifier_l_enveloppe(request: HttpRequest, message: MessageRpc) -> None:
    """Raises FauteRpc."""
    version = message.meta.get(f"{META}protocolVersion")
    if not isinstance(version, str) or not isinstance(message.meta.get(f"{META}clientCapabilities"), dict):
        raise FauteRpc(PARAMETRES, f"« _meta » porte {META}protocolVersion et {META}clientCapabilities.")
    attendus: dict[str, Any] = {"MCP-Protocol-Version": version, "Mcp-Method": message.method}
    attendus |= {"Mcp-Name": message.params.get("name")} if message.method == "tools/call" else {}
    for nom, attendu in attendus.items():
        if _en_clair(request.headers.get(nom)) != attendu:
            raise FauteRpc(ENTETES, f"L’en-tête {nom} ne dit pas ce que dit le corps.")
    if version != MODERNE:
        raise FauteRpc(VERSION, "Révision non servie.", {"supported": [MODERNE, *ANCIENNES], "requested": version})


def _en_clair(valeur: str | None) -> str | None:
    """A header, decoded when it was written « =?base64?…?= »."""
    if valeur is None or not (valeur.startswith("=?base64?") and valeur.endswith("?=")):
        return valeur
    try:
        return base64.b64decode(valeur[9:-2], validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def rendre(numero: object, resultat: dict[str, Any], *, moderne: bool, garde: bool = False) -> HttpResponse:
    """``garde``: the result is the same for everyone, and may be kept for an hour."""
    if moderne:
        duree = {"ttlMs": 3_600_000, "cacheScope": "public"} if garde else {}
        resultat = {"resultType": "complete", "_meta": {f"{META}serverInfo": SERVEUR}} | duree | resultat
    return _json({"jsonrpc": "2.0", "id": numero, "result": resultat}, 200)


def refuser(numero: object, faute: FauteRpc, *, moderne: bool) -> HttpResponse:
    erreur = {"code": faute.code, "message": faute.message} | ({"data": faute.donnees} if faute.donnees else {})
    statut = faute.statut or (_STATUTS_MODERNES if moderne else _STATUTS).get(faute.code, 200)
    return _json({"jsonrpc": "2.0", "id": numero, "error": erreur}, statut)


def _json(contenu: dict[str, Any], statut: int) -> HttpResponse:
    reponse = HttpResponse(EN_JSON.encode(contenu), status=statut, content_type="application/json")
    reponse["Cache-Control"] = "no-store"
    return reponse
