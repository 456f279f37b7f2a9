"""The form of the answers and of the refusals that all operations of the API v1 share."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags, quote_etag

from fce.api.schemas import ProblemeV1
from fce.socle.web import problemes
from fce.socle.web.routes import LECTURE

REFERENCE_DE_FORME: Final = "#/components/schemas/{name}"
ERREURS: Final = dict.fromkeys((400, 401, 403, 404, 414, 429, 503), ProblemeV1)
EN_JSON: Final = msgspec.json.Encoder()
_TYPE: Final = "application/json; charset=utf-8"


def json_de(forme: type[msgspec.Struct], genre: str = "application/json") -> dict[str, Any]:
    """The part of the OpenAPI document about an answer that ninja does not know."""
    return {"content": {genre: {"schema": {"$ref": REFERENCE_DE_FORME.format(name=forme.__name__)}}}}


def repondre(
    request: HttpRequest,
    reponse: msgspec.Struct,
    champs: frozenset[str] = frozenset(),
    parmi: str = "",
    *,
    ouverte: bool = False,
) -> HttpResponse:
    """``champs``: properties to keep, none: all; ``parmi``: in the items of this one, "": in the answer."""
    corps: Any = reponse
    if champs:
        corps = msgspec.to_builtins(reponse)
        reduits = [{nom: x[nom] for nom in x if nom in champs} for x in (corps[parmi] if parmi else [corps])]
        corps = {**corps, parmi: reduits} if parmi else reduits[0]
    return envoyer(request, EN_JSON.encode(corps), ouverte=ouverte)


def envoyer(request: HttpRequest, corps: bytes, *, ouverte: bool = False) -> HttpResponse:
    """Send JSON. What everyone may read has an ETag, and is asked for again each time: a copy kept on the way would
    still show a person masked since. ``ouverte``: everyone may read it, though this request has a token or a key."""
    rendue: HttpResponse = HttpResponse(corps, content_type=_TYPE)
    if request.method not in LECTURE or ("Authorization" in request.headers and not ouverte):
        rendue["Cache-Control"] = "no-store"
        return rendue
    etag = quote_etag(blake2b(corps, digest_size=16).hexdigest())
    # nginx makes the tag weak when it compresses.
    connus = {connu.removeprefix("W/") for connu in parse_etags(request.headers.get("If-None-Match", ""))}
    if connus & {etag, "*"}:
        rendue = HttpResponseNotModified()
    rendue["ETag"] = etag
    rendue["Cache-Control"] = "no-cache"
    rendue["Vary"] = "Authorization"
    return rendue


def probleme(
    request: HttpRequest, status: int, code: str, message: str, attente: object = 60, **membres: object
) -> HttpResponse:
    """``attente``: seconds before another try, when the status says so."""
    decrit = problemes.decrire(status, message, code, numero=getattr(request, "numero", ""), **membres)
    reponse = HttpResponse(EN_JSON.encode(decrit), status=status, content_type=problemes.TYPE_DE_CONTENU)
    if status == 401:
        reponse["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        reponse["Retry-After"] = str(attente)
    return reponse
