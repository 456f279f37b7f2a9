"""API v1: search and sheets through the masked selectors, open to everyone; deposits of producers."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema, get_schema

from fce.api import changements, depots, schemas, schemas_changements, schemas_fiche
from fce.api.lecteurs import FINALITE, REFERENCE, lecteur_de
from fce.fiche import selectors as fiches
from fce.fiche.contenu import Redirection
from fce.fiche.page.etablissements import FiltreEtablissements
from fce.recherche import filtres
from fce.recherche import selectors as recherches
from fce.recherche.filtre import FiltreDeRecherche
from fce.recherche.requete import FENETRE, TAILLE_MAX, Requete
from fce.socle.erreurs import FCEError, IdentifiantInvalide, ParametreInvalide
from fce.socle.formats import nombre, pluriel
from fce.socle.identifiants import compacter, siren_valide, siret_valide


class ApiDecrite(NinjaAPI):
    """An API whose OpenAPI document is built once per process, because ``strict`` checks every request against it. It
    includes the msgspec structs of the answers, which ninja does not know."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the document with addresses under ``path_prefix`` ("": those of this service)."""
        return _description(path_prefix or self.get_root_path(path_params or {}))


@cache
def _description(prefixe: str) -> OpenAPISchema:
    description = get_schema(api=api, path_prefix=prefixe)
    _, formes = msgspec.json.schema_components(_REPONSES, ref_template=_FORME)
    description["components"]["schemas"].update(formes)
    return description


api = ApiDecrite(
    title="FCE – Fiche Commune Entreprise",
    version="1",
    description=(
        "Recherche d’entreprises et fiches, partie ouverte à tous. Les personnes en diffusion partielle sont masquées. "
        "Une erreur porte toujours un code et une phrase en français ; un paramètre inconnu, ou une valeur hors des "
        "bornes, en est une. HEAD est accepté partout où GET l’est. Un jeton (« Authorization: Bearer fceapi_… »), "
        "créé sous une habilitation qui permet l’API, ouvre ce qu’elle permet, pour la finalité que dit « finalite » "
        "et le dossier que dit « reference », écrits tous deux dans le journal."
    ),
    urls_namespace="api-v1",
    docs_url=None,  # the packaged page loads third-party scripts: see documentation.py
    openapi_extra={"info": {"license": {"name": "Licence Ouverte 2.0"}}},
)
api.add_router("/changements", changements.routeur)
api.add_router("/fichiers", changements.fichiers_complets)
if settings.FCE_DEPOTS:
    api.add_router("/depots", depots.routeur)
TOUTES = "toutes"
Q_MAX = 2000
_EN_JSON = msgspec.json.Encoder()
_REPONSES = (
    *(schemas.RechercheV1, schemas_fiche.FicheEntrepriseV1, schemas_fiche.FicheEtablissementV1),
    *(schemas_changements.ChangementV1, schemas_changements.ProblemeV1),
)
_FORME = "#/components/schemas/{name}"
PAGE: Any = Query(1, ge=1, le=100_000, description="Page des établissements, à partir de 1.")
_ERREURS = dict.fromkeys((400, 401, 403, 404, 414, 429, 503), schemas.Erreur)


def _decrire(forme: type[msgspec.Struct], *parametres: dict[str, Any]) -> dict[str, Any]:
    """Part of the OpenAPI document that ninja cannot infer: the struct of the answer, and the parameters read by
    hand."""
    contenu = {"application/json": {"schema": {"$ref": _FORME.format(name=forme.__name__)}}}
    return {"responses": {200: {"content": contenu}}, "parameters": [*parametres]}


def _parametre(nom: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "in": "query",
        "name": nom,
        "schema": {"type": "string"} | schema,
        "required": False,
        "description": description,
    }


def _liste(nom: str, description: str) -> dict[str, Any]:
    return _parametre(nom, description, type="array", items={"type": "string"}, default=[])


def _des_filtres(voulus: Iterable[FiltreDeRecherche]) -> list[dict[str, Any]]:
    """Filters as parameters; a day is given once, any other value may be repeated."""
    return [_liste(f.nom, f.api) if f.repetable else _parametre(f.nom, f.api, default="") for f in voulus]


_PARAMETRES = (
    _parametre("q", "Nom, sigle, enseigne, adresse, personne, SIREN, SIRET, TVA ou RNA.", default="", maxLength=Q_MAX),
    _parametre("vue", "« entreprises » ou « etablissements ».", default="entreprises"),
    _parametre("etat", "« actif », « cesse » ou « tous ».", default="actif"),
    _liste("lieu", "Région, département, EPCI ou commune, par nom ou numéro."),
    *_des_filtres(filtres.SIRENE.values()),
    _parametre("tri", "pertinence, effectif, creation, nom ou commune ; « - » devant : inverse.", default="pertinence"),
    _parametre(
        "page", "À partir de 1 ; 10 000 résultats au plus sont accessibles.", type="integer", default=1, minimum=1
    ),
    _parametre("taille", "Résultats par page, 100 au plus.", type="integer", default=20, minimum=1, maximum=TAILLE_MAX),
    *_des_filtres(filtres.declares()),
    _liste(
        "facettes",
        "Filtres dont compter les résultats : leurs noms, « etat » pour les états, ou « toutes ». Compter prend plus "
        "de temps que chercher ; sans ce paramètre, « facettes » est vide.",
    ),
)
"""Parameters of the search, in the order of the documentation. ``strict`` checks them, then ``Requete`` reads them."""


@api.get(
    "/recherche",
    response={200: None, **_ERREURS},
    openapi_extra=_decrire(schemas.RechercheV1, *_PARAMETRES),
    summary="Chercher une entreprise",
    tags=["recherche"],
)
def rechercher(request: HttpRequest) -> HttpResponse:
    """Find companies (or establishments with ``vue=etablissements``) by text, number and filters."""
    comptes = _comptes(request.GET.getlist("facettes"))
    return _repondre(schemas.recherche(recherches.rechercher(_demandee(request.GET), comptes, sobre=True)))


def _repondre(reponse: msgspec.Struct) -> HttpResponse:
    return HttpResponse(_EN_JSON.encode(reponse), content_type="application/json; charset=utf-8")


def _demandee(parametres: QueryDict) -> Requete:
    """Read the query of a program.

    Raises ``ParametreInvalide`` where the page corrects silently: empty query, unknown place, page beyond the window.
    """
    requete = Requete.depuis(parametres)
    if requete.lieux_inconnus:
        raise ParametreInvalide(
            f"Aucun lieu ne correspond à « {requete.lieux_inconnus[0][:60]} » : donnez son nom ou son numéro.",
            parametre="lieu",
        )
    if requete.vide:
        raise ParametreInvalide(
            "Rien n’est demandé : donnez un texte (« q ») ou un filtre. « vue », « etat » et « siege » seuls "
            "désigneraient tout le répertoire, qui se télécharge chez l’Insee.",
            parametre="q",
        )
    derniere = FENETRE // requete.taille
    if int(parametres.get("page", "1")) > derniere:
        raise ParametreInvalide(
            f"Les {nombre(FENETRE)} premiers résultats sont accessibles : avec « taille={requete.taille} », « page » "
            f"va jusqu’à {derniere}. Ajoutez des filtres, ou téléchargez le fichier de la recherche.",
            parametre="page",
        )
    return requete


def _comptes(noms: list[str]) -> frozenset[str] | None:
    """Names of the filters to count by, None for all. Raises ``ParametreInvalide`` for an unknown one."""
    voulus = frozenset(nom for nom in noms if nom)
    if TOUTES in voulus:
        return None
    if inconnus := voulus - filtres.tous().keys() - {filtres.ETAT}:
        raise ParametreInvalide(
            f"« {min(inconnus)[:60]} » n’est pas un filtre : donnez dans « facettes » des noms de filtres, « etat » ou "
            f"« {TOUTES} ».",
            parametre="facettes",
        )
    return voulus


@api.get(
    "/entreprises/{siren}",
    response={200: None, **_ERREURS},
    openapi_extra=_decrire(schemas_fiche.FicheEntrepriseV1),
    summary="Lire la fiche d’une entreprise",
    tags=["fiches"],
)
def fiche_entreprise(
    request: HttpRequest, siren: str, page: int = PAGE, finalite: str = FINALITE, reference: str = REFERENCE
) -> HttpResponse:
    """Read a company by its SIREN; ``page`` turns its establishments. An old SIREN answers the one in use."""
    siren = _numero(siren, "SIREN", siren_valide)
    lecteur = lecteur_de(request, finalite, reference)
    filtre = FiltreEtablissements(page=page)
    fiche = fiches.fiche_entreprise(siren, filtre, lecteur=lecteur)
    if isinstance(fiche, Redirection):
        fiche = fiches.fiche_entreprise(fiche.siren, filtre, lecteur=lecteur)
    assert not isinstance(fiche, Redirection)  # noqa: S101  a replacement is never itself replaced
    if page > max(1, fiche.etablissements.pages):
        raise ParametreInvalide(
            f"Les établissements de cette entreprise tiennent en {pluriel(fiche.etablissements.pages, 'page')}.",
            parametre="page",
        )
    return _repondre(schemas_fiche.fiche_entreprise(fiche))


@api.get(
    "/etablissements/{siret}",
    response={200: None, **_ERREURS},
    openapi_extra=_decrire(schemas_fiche.FicheEtablissementV1),
    summary="Lire la fiche d’un établissement",
    tags=["fiches"],
)
def fiche_etablissement(
    request: HttpRequest, siret: str, finalite: str = FINALITE, reference: str = REFERENCE
) -> HttpResponse:
    """Read an establishment by its SIRET."""
    lecteur = lecteur_de(request, finalite, reference)
    fiche = fiches.fiche_etablissement(_numero(siret, "SIRET", siret_valide), lecteur=lecteur)
    return _repondre(schemas_fiche.fiche_etablissement(fiche))


@api.exception_handler(FCEError)
def erreur_attendue(request: HttpRequest, erreur: FCEError) -> HttpResponse:
    return _erreur(request, erreur.status, erreur.code, erreur.message, erreur.details.get("retry_after", 60))


@api.exception_handler(ValidationError)
def _parametre_refuse(request: HttpRequest, erreur: ValidationError) -> HttpResponse:
    noms = ", ".join(dict.fromkeys(str(faute["loc"][-1]) for faute in erreur.errors))
    return _erreur(request, 400, "parametre_invalide", f"Valeur incorrecte pour : {noms}. Corrigez-la et recommencez.")


@api.exception_handler(HttpError)
def _corps_illisible(request: HttpRequest, erreur: HttpError) -> HttpResponse:
    return _erreur(
        request, erreur.status_code, "demande_incorrecte", "Le corps de la demande n’est pas un JSON lisible."
    )


def _erreur(request: HttpRequest, status: int, code: str, message: str, attente: object = 60) -> HttpResponse:
    reponse = api.create_response(request, {"erreur": {"code": code, "message": message}}, status=status)
    if status == 401:
        reponse["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        reponse["Retry-After"] = str(attente)
    return reponse


def _numero(texte: str, genre: str, valide: Callable[[str], bool]) -> str:
    numero = compacter(texte[:64])
    if not valide(numero):
        chiffres = 14 if valide is siret_valide else 9
        raise IdentifiantInvalide(
            f"Ce numéro n’est pas un {genre} valide : un {genre} a {chiffres} chiffres, dont une clé de contrôle."
        )
    return numero
