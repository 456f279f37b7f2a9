"""The feed of changes: one line of JSON per company and switch, and a last one that says where to go on from."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Path, Query, Router

from fce.api import schemas
from fce.api.reponses import json_de
from fce.api.schemas_changements import ChangementV1, FinDePageV1
from fce.donnees.changements import curseurs, fichiers, selectors, tables
from fce.donnees.changements.selectors import EVENEMENTS_MAX, CurseurPerdu, EvenementDuFlux, PageDuFlux
from fce.donnees.publication import fichiers as publication
from fce.socle.web.routes import POIDS_D_UN_FICHIER

NDJSON: Final = "application/x-ndjson"
_EN_JSON: Final = msgspec.json.Encoder(decimal_format="number")
_ERREURS = dict.fromkeys((400, 404, 414, 429, 503), schemas.ProblemeV1)
_OCTETS = {"type": "string", "format": "binary"}
COMPLET: Final = "/api/v1/fichiers/entreprises.ndjson.gz"
"""Where a reader whose cursor is lost starts again."""
_CURSEUR: Any = Query(
    "",
    max_length=40,
    description="Ce qui a déjà été lu : la valeur de la dernière ligne lue, ou celle d’un fichier complet (« numéro de "
    "bascule-SIREN »). Vide : le plus ancien changement gardé.",
)
_JUSQU_A: Any = Query("", max_length=40, description="Curseur à ne pas dépasser.")
_TAILLE: Any = Query(500, ge=1, le=EVENEMENTS_MAX, description="Changements par réponse.")
_ATTENTE: Any = Query(
    0,
    ge=0,
    le=25,
    description="Secondes à attendre un changement, s’il n’y en a pas encore : la réponse vient aussitôt, sans "
    "changement, et « Retry-After » les dit.",
)
routeur = Router(tags=["changements"])
fichiers_complets = Router(tags=["changements"])


@routeur.get(
    "",
    response={200: None, 410: schemas.ProblemeV1, **_ERREURS},
    openapi_extra={"responses": {200: json_de(ChangementV1, NDJSON)}},
    summary="Suivre les changements des entreprises",
)
def changements(
    request: HttpRequest,
    curseur: str = _CURSEUR,
    jusqu_a: str = _JUSQU_A,
    taille: int = _TAILLE,
    attente: int = _ATTENTE,
) -> HttpResponse:
    """Give what changed after ``curseur`` in the open data, one company per line, then the cursor to go on from."""
    borne = curseurs.curseur_ecrit(jusqu_a, "jusqu_a") if jusqu_a else None
    depuis = curseurs.curseur_ecrit(curseur) if curseur else selectors.premier()
    try:
        page = selectors.page(depuis, taille, borne)
    except CurseurPerdu as perdu:
        perdu.details["fichier"] = COMPLET
        raise
    reponse = HttpResponse(_lignes(page), content_type=NDJSON)
    reponse["X-FCE-Curseur"] = str(page.curseur)
    # A copy kept on the way would still hold the values of a person masked since.
    reponse["Cache-Control"] = "no-store"
    if attente and not page.evenements and page.a_jour and (borne is None or borne > page.curseur):
        reponse["Retry-After"] = str(attente)
    return reponse


def _telecharger(table: str, *genres: str) -> dict[str, Any]:
    types = {fichiers.TYPES[genre]: {"schema": _OCTETS} for genre in genres}
    partiel = {"description": "Partie demandée par « Range » ; courte, elle compte pour une demande", "content": types}
    return {
        "response": {200: None, 206: None, 304: None, **_ERREURS},
        "openapi_extra": {"responses": {200: {"content": types}, 206: partiel}},
        "summary": f"Télécharger {table} (compte pour {POIDS_D_UN_FICHIER} demandes)",
    }


@fichiers_complets.get("/etablissements.parquet", **_telecharger("tous les établissements", tables.ETABLISSEMENTS))
def etablissements_complets(request: HttpRequest) -> HttpResponseBase:
    """Give what everyone reads of every establishment, by SIREN; headers as for the companies."""
    return _envoyer(request, tables.ETABLISSEMENTS, "etablissements.parquet")


@fichiers_complets.get(
    "/entreprises.{genre}",
    **_telecharger("toutes les entreprises", *(g for g in fichiers.TYPES if g != tables.ETABLISSEMENTS)),
)
def fichier_complet(
    request: HttpRequest,
    genre: Literal["ndjson.gz", "csv.gz", "parquet"] = Path(..., description="Format."),
) -> HttpResponseBase:
    """Give what everyone reads of every company; « X-FCE-Curseur » says where the feed goes on from, « X-FCE-Ecrit-Le »
    when the file was written, « X-FCE-Date-Des-Donnees » the business date of Sirene, « Repr-Digest » its SHA-256
    (RFC 9530)."""
    return _envoyer(request, genre, f"entreprises.{genre}")


def _envoyer(request: HttpRequest, genre: str, nom: str) -> HttpResponseBase:
    complet = fichiers.a_servir()
    etag = f'"{complet.cle}"'
    reponse = publication.envoyer(request, complet.chemin(genre), nom, fichiers.TYPES[genre], etag)
    reponse["ETag"] = etag
    reponse["X-FCE-Curseur"] = complet.curseur
    reponse["X-FCE-Ecrit-Le"] = complet.date
    reponse["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(complet.empreintes[genre])).decode()}:"
    if complet.sirene:
        reponse["X-FCE-Date-Des-Donnees"] = complet.sirene
    # A copy kept on the way would still hold a person masked since.
    reponse["Cache-Control"] = "no-cache"
    return reponse


def _lignes(page: PageDuFlux) -> bytes:
    fin = FinDePageV1(str(page.curseur), page.a_jour)
    return b"\n".join([*(_EN_JSON.encode(decrire(e)) for e in page.evenements), _EN_JSON.encode(fin), b""])


def decrire(evenement: EvenementDuFlux) -> ChangementV1:
    return ChangementV1(*(getattr(evenement, nom) for nom in ChangementV1.__struct_fields__))
