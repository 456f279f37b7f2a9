"""Deposits by producers: send a file, read its report, publish it. A token allows sending, not reading, data."""

import datetime as dt
import re
from contextlib import suppress
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import parse_header_parameters
from ninja import Field, Query, Router, Schema, Status
from ninja.security import HttpBearer

from fce.api import schemas_depots as formes
from fce.api.schemas import ProblemeV1
from fce.api.strict import FORMULAIRES
from fce.donnees.imports.depots import jetons, selectors, services
from fce.donnees.imports.depots.ecriture import ecriture
from fce.donnees.imports.depots.empreintes import annoncees
from fce.donnees.imports.depots.erreurs import FormatRefuse, LongueurRequise, NonAuthentifie
from fce.donnees.imports.models import JetonDepot
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.exports import lignes_csv, telecharger_csv

_PAR_PAGE = 50
_LONGUEUR = re.compile(r"[0-9]{1,15}")


class PorteurDeJeton(HttpBearer):
    """Jeton de dépôt d’un producteur, créé par « fce depot jeton »."""

    def __call__(self, request: HttpRequest) -> JetonDepot:
        genre, _, secret = request.headers.get("Authorization", "").partition(" ")
        if genre.lower() != "bearer":
            raise NonAuthentifie("Un jeton de dépôt est demandé : envoyez « Authorization: Bearer » suivi du vôtre.")
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> JetonDepot:
        """Return the token of the call and record its use. Raises NonAuthentifie when it is unknown, expired or
        withdrawn."""
        jeton = jetons.authentifier(token)
        request.jeton_accepte = True  # type: ignore[attr-defined]
        with ecriture():
            jetons.noter_usage(jeton)
        return jeton


routeur = Router(auth=PorteurDeJeton(), tags=["dépôts"])
_ERREURS = dict.fromkeys((400, 401, 403, 404, 409, 411, 413, 414, 415, 422, 429, 503, 507), ProblemeV1)


class Envoi(Schema):
    """Ce qui accompagne un envoi : le nom du fichier et la date de ses données, s’ils ne sont pas dits ailleurs."""

    fichier: str = Field("", description="Nom du fichier, si l’en-tête Content-Disposition ne le dit pas.")
    date: dt.date | None = Field(None, description="Date des données (AAAA-MM-JJ), si le fichier ne la dit pas.")


class FiltresDepots(Schema):
    """Ce qui restreint la liste des dépôts d’un producteur : une source, un état, une page."""

    source: str = Field("", description="Nom d’une source.")
    etat: Literal["", "recu", "en_verification", "pret", "refuse", "erreur", "publie", "abandonne"] = ""
    page: int = Field(1, ge=1, le=100_000)


@routeur.put(
    "/{cible}",
    response={200: formes.DepotV1, 201: formes.DepotV1, **_ERREURS},
    summary="Déposer un fichier",
    description=(
        "Envoie le fichier d’une source (« cible » : son nom). Petit, il est vérifié aussitôt. "
        "Content-Length est obligatoire. Content-Disposition (attachment; filename=…) dit le nom du fichier. "
        "Content-Digest ou Repr-Digest (sha-256=:…:, RFC 9530) fait contrôler l’intégrité. "
        "200 au lieu de 201 : ce fichier était déjà déposé."
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Le fichier tel quel, au format de la source (voir /sources/{source}/schema.json).",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def deposer(request: HttpRequest, response: HttpResponse, cible: str, envoi: Query[Envoi]) -> Status[Any]:
    """Receive the raw bytes of a file of the source ``cible``; verify it at once when it is small."""
    jeton = _jeton(request)
    source = jetons.source_permise(jeton, cible)
    octets = _longueur(request)
    empreintes = annoncees({nom: request.headers.get(nom) for nom in ("Content-Digest", "Repr-Digest")})
    with ecriture():
        depot, nouveau = services.deposer(
            jeton,
            source,
            request.read,
            octets,
            nom=_nom(request) or envoi.fichier,
            empreintes=empreintes,
            date_metier=envoi.date,
        )
        if nouveau:
            depot = services.verifier_si_petit(depot)
    response["Location"] = f"/api/v1/depots/{depot.pk}"
    return Status(201 if nouveau else 200, formes.complet(jeton, depot))


@routeur.get(
    "",
    response={200: formes.DepotsV1, **_ERREURS},
    summary="Lister ses dépôts",
    description="Ceux du producteur, pour les sources que couvre le jeton, du plus récent au plus ancien.",
)
def lister(request: HttpRequest, filtres: Query[FiltresDepots]) -> dict[str, Any]:
    """Deposits of the producer for the sources that the token covers, newest first."""
    depots = selectors.depots(_jeton(request))
    if filtres.source:
        depots = depots.filter(source=filtres.source.replace("\0", ""))
    if filtres.etat:
        depots = depots.filter(etat=filtres.etat)
    total, debut = depots.count(), (filtres.page - 1) * _PAR_PAGE
    return {
        "total": total,
        "page": filtres.page,
        "pages": -(-total // _PAR_PAGE),
        "depots": [formes.resume(depot) for depot in depots[debut : debut + _PAR_PAGE]],
    }


@routeur.get(
    "/{cible}",
    response={200: formes.DepotV1, **_ERREURS},
    summary="Lire un dépôt et son rapport",
    operation_id="fce_api_depots_lire",
    description="L’état du dépôt dont « cible » est le numéro, et le rapport de sa vérification.",
)
def un_depot(request: HttpRequest, cible: int) -> dict[str, Any]:
    """State of the deposit number ``cible`` and its validation report."""
    jeton = _jeton(request)
    return formes.complet(jeton, selectors.depot(jeton, cible))


@routeur.get(
    "/{cible}/quarantaine.csv",
    response=_ERREURS,
    summary="Télécharger les lignes écartées",
    description="Toutes : ligne, colonne, valeur, motif. Un autre jeton que celui de l’envoi n’a pas les valeurs d’une "
    "source restreinte.",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"text/csv": {"schema": {"type": "string"}}}}}},
)
def quarantaine(request: HttpRequest, cible: int) -> StreamingHttpResponse:
    """All the rows set aside, as csv."""
    jeton = _jeton(request)
    depot = selectors.depot(jeton, cible)
    lignes = lignes_csv(("ligne", "colonne", "valeur", "motif"), selectors.quarantaine(jeton, depot))
    return telecharger_csv(f"quarantaine-{depot.pk}.csv", lignes)


@routeur.post(
    "/{cible}/verifier",
    response={200: formes.DepotV1, **_ERREURS},
    summary="Vérifier à nouveau",
    description="Un dépôt ouvert, après une erreur par exemple. Un gros fichier attend son tour.",
)
def verifier(request: HttpRequest, cible: int) -> dict[str, Any]:
    """Verify an open deposit again, at once when it is small."""
    jeton = _jeton(request)
    depot = selectors.depot(jeton, cible)
    with ecriture():
        depot = services.remettre_en_attente(depot.pk)
        depot = services.verifier_si_petit(depot)
    return formes.complet(jeton, depot)


@routeur.post(
    "/{cible}/publier",
    response={200: formes.DepotV1, **_ERREURS},
    summary="Publier un dépôt",
    description="Met en place exactement ce qui a été vérifié. 409 « rapport_perime » : la version en place a changé "
    "depuis le rapport, qui est refait ; relisez-le.",
)
def publier(request: HttpRequest, cible: int, publication: formes.Publication | None = None) -> dict[str, Any]:
    """Put in place what was verified; make the report again when it no longer holds."""
    jeton = _jeton(request)
    depot = selectors.depot(jeton, cible)
    with ecriture():
        publie = services.publier_en_ligne(depot.pk, forcer=publication.forcer if publication else "")
    return formes.complet(jeton, publie)


@routeur.post(
    "/{cible}/abandonner",
    response={200: formes.DepotV1, **_ERREURS},
    summary="Abandonner un dépôt",
    description="Efface le fichier et ce qui en a été préparé ; la trace du dépôt reste.",
)
def abandonner(request: HttpRequest, cible: int) -> dict[str, Any]:
    """Give a deposit up: its file and its verified rows are erased, the version in place does not move."""
    jeton = _jeton(request)
    depot = selectors.depot(jeton, cible)
    with ecriture():
        return formes.complet(jeton, services.abandonner(depot.pk))


@routeur.post(
    "/{cible}/retour",
    response={200: formes.RetourV1, **_ERREURS},
    summary="Revenir à la version d’avant",
    description="Retire la version en place de la source « cible », si elle vient d’un dépôt du producteur.",
)
def retour(request: HttpRequest, cible: str) -> dict[str, Any]:
    """Roll back the source ``cible``, when its version in place came from a deposit of the same producer."""
    jeton = _jeton(request)
    source = jetons.source_permise(jeton, cible)
    with ecriture():
        retabli = services.revenir(jeton, source)
    return {
        "source": source.nom,
        "importation": retabli.pk,
        "date_metier": retabli.date_metier,
        "lignes": retabli.total,
    }


def _jeton(request: HttpRequest) -> JetonDepot:
    jeton: JetonDepot = request.auth  # type: ignore[attr-defined]
    return jeton


def _longueur(request: HttpRequest) -> int:
    """Content-Length of the body, after checking that the body is one whole raw file."""
    genre = (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if genre in FORMULAIRES:
        raise FormatRefuse("Envoyez le fichier tel quel, sans formulaire : « curl --upload-file fichier.csv … ».")
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise FormatRefuse("Content-Encoding n’est pas accepté : envoyez le fichier .gz ou .zip comme un fichier.")
    if request.headers.get("Content-Range"):
        raise ParametreInvalide("Content-Range n’est pas accepté : envoyez le fichier entier.")
    longueur = request.headers.get("Content-Length", "")
    if not _LONGUEUR.fullmatch(longueur):
        raise LongueurRequise(
            "L’en-tête Content-Length est obligatoire : envoyez un fichier dont la taille est connue."
        )
    return int(longueur)


def _nom(request: HttpRequest) -> str:
    brut = request.headers.get("Content-Disposition", "")[:2000]
    with suppress(UnicodeError):
        # WSGI decodes headers as latin-1; clients send UTF-8.
        brut = brut.encode("latin-1").decode()
    try:
        _, parametres = parse_header_parameters(brut)
    except ValueError:
        return ""
    return parametres.get("filename", "")
