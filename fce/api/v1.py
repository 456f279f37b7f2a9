"""API v1: search and sheets through the masked selectors, open to everyone; deposits of producers."""

import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from msgspec.structs import replace
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema, get_schema

from fce.api import changements, curseurs, depots, lots, nomenclatures, schemas, schemas_changements, schemas_fiche
from fce.api.lecteurs import FINALITE, REFERENCE, lecteur_de
from fce.api.reponses import ERREURS, REFERENCE_DE_FORME, json_de, probleme, repondre
from fce.api.strict import champs_choisis
from fce.droits.habilitations.acteurs import ANONYME
from fce.fiche import selectors as fiches
from fce.fiche.groupe.selectors import lire_en_entier
from fce.fiche.page.etablissements import FiltreEtablissements
from fce.recherche.question import filtrage, filtres
from fce.recherche.question.filtre import FiltreDeRecherche
from fce.recherche.question.requete import FENETRE, TAILLE_MAX, TRIS_DECROISSANTS, Requete
from fce.recherche.question.saisies import SaisieListe
from fce.recherche.reponse import parcours, selectors as recherches
from fce.socle.erreurs import FCEError, IdentifiantInvalide, ParametreInvalide
from fce.socle.texte.formats import nombre, pluriel
from fce.socle.texte.identifiants import compacter, siren_valide, siret_valide
from fce.socle.web import problemes

_DITES: Final[dict[str, str]] = tomllib.loads(Path(__file__).with_name("descriptions.toml").read_text(encoding="utf-8"))
"""{property of the answers: its description}, for those whose structure says nothing."""


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
    _, formes = msgspec.json.schema_components(_REPONSES, ref_template=REFERENCE_DE_FORME)
    description["components"]["schemas"].update(formes)
    for forme in description["components"]["schemas"].values():
        for nom, propriete in forme.get("properties", {}).items():
            if nom in _DITES:
                propriete.setdefault("description", _DITES[nom])
    for operation in (o for verbes in description["paths"].values() for o in verbes.values()):
        for statut, reponse in operation["responses"].items():
            if int(statut) >= 400:
                reponse["content"] = {problemes.TYPE_DE_CONTENU: reponse["content"].pop("application/json")}
    return description


api = ApiDecrite(
    title="FCE – Fiche Commune Entreprise",
    version="1",
    description=(
        "Recherche d’entreprises et fiches, partie ouverte à tous. Les personnes en diffusion partielle sont masquées. "
        "Une erreur suit la RFC 9457, avec un code et une phrase en français ; un paramètre inconnu, ou une valeur "
        "hors des bornes, en est une. HEAD est accepté partout où GET l’est. "
        "Un jeton (« Authorization: Bearer fceapi_… »), créé sous une habilitation qui permet l’API, ouvre ce qu’elle "
        "permet, pour la finalité que dit « finalite » et le dossier que dit « reference », écrits tous deux dans le "
        "journal."
    ),
    urls_namespace="api-v1",
    # See documentation.py: the packaged page loads third-party scripts, the packaged document has no ETag.
    docs_url=None,
    openapi_url=None,
    openapi_extra={"info": {"license": {"name": "Licence Ouverte 2.0"}}},
)
api.add_router("/changements", changements.routeur)
api.add_router("/fichiers", changements.fichiers_complets)
api.add_router("/nomenclatures", nomenclatures.routeur)
api.add_router("/suggestions", nomenclatures.suggestions)
if settings.FCE_DEPOTS:
    api.add_router("/depots", depots.routeur)
TOUTES = "toutes"
Q_MAX = 2000
_REPONSES = (
    *(schemas.RechercheV1, schemas_fiche.FicheEntrepriseV1, schemas_fiche.FicheEtablissementV1, schemas_fiche.GroupeV1),
    *(schemas_changements.ChangementV1, lots.LotV1, nomenclatures.SuggestionsV1),
    *(nomenclatures.NomenclaturesV1, nomenclatures.NomenclatureV1),
)
_CHAMPS = "les seuls champs voulus, séparés par des virgules ; les autres sont alors absents de la réponse."
CHAMPS: Any = Query([], description=f"De la fiche, {_CHAMPS}")
PAGE: Any = Query(1, ge=1, le=100_000, description="Page des établissements, à partir de 1.")
AU: Any = Query(0, ge=0, le=9999, description="Année : le groupe tel que déclaré alors ; 0 : aujourd’hui.")


def _decrire(forme: type[msgspec.Struct], *parametres: dict[str, Any]) -> dict[str, Any]:
    """Part of the OpenAPI document that ninja cannot infer: the struct of the answer, and the parameters read by
    hand."""
    return {"responses": {200: json_de(forme)}, "parameters": [*parametres]}


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


PARAMETRES = (
    _parametre("q", "Nom, sigle, enseigne, adresse, personne, SIREN, SIRET, TVA ou RNA.", default="", maxLength=Q_MAX),
    _parametre("vue", "« entreprises » ou « etablissements ».", default="entreprises"),
    _parametre("etat", "« actif », « cesse » ou « tous ».", default="actif"),
    _liste("lieu", "Région, département, EPCI ou commune, par nom ou numéro."),
    *_des_filtres(filtres.SIRENE.values()),
    _parametre(
        "tri",
        "pertinence (par défaut, les plus proches de « q » d’abord), effectif (du plus grand au plus petit), creation "
        "(de la plus récente à la plus ancienne), nom ou commune (de A à Z) ; « - » devant : inverse.",
        default="pertinence",
    ),
    _parametre(
        "ordre",
        "Avec « tri » par effectif, creation, nom ou commune : « asc » ou « desc », au lieu de « - ».",
        default="",
    ),
    _parametre(
        "page", "À partir de 1 ; 10 000 résultats au plus sont accessibles.", type="integer", default=1, minimum=1
    ),
    _parametre(
        "curseur",
        "Pour lire tous les résultats, même au-delà de 10 000 : « * », puis « suivant » de la réponse d’avant, tant "
        "qu’il n’est pas nul. Les résultats viennent par numéro : sans « tri », « ordre » ni « page ».",
        default="",
        maxLength=curseurs.LONGUEUR_MAX,
    ),
    _parametre("taille", "Résultats par page, 100 au plus.", type="integer", default=20, minimum=1, maximum=TAILLE_MAX),
    *_des_filtres(filtres.declares()),
    _liste(
        "facettes",
        "Filtres dont compter les résultats : leurs noms, « etat » pour les états, ou « toutes ». Compter prend plus "
        "de temps que chercher ; sans ce paramètre, « facettes » est vide.",
    ),
    _liste("champs", f"De chaque résultat, {_CHAMPS}"),
)
"""Parameters of the search, in the order of the documentation. ``strict`` checks them, then ``Requete`` reads them."""


@api.get(
    "/recherche",
    response={200: None, 304: None, **ERREURS, 410: schemas.ProblemeV1},
    openapi_extra=_decrire(schemas.RechercheV1, *PARAMETRES),
    summary="Chercher une entreprise",
    tags=["recherche"],
)
def rechercher(request: HttpRequest) -> HttpResponse:
    """Find companies (or establishments with ``vue=etablissements``) by text, number and filters."""
    comptes, requete = _comptes(request.GET.getlist("facettes")), demandee(request.GET)
    champs = champs_choisis(schemas.ResultatV1, request.GET.getlist("champs"))
    if curseur := request.GET.get("curseur"):
        trouves = _a_la_suite(requete, curseur, comptes, request.GET)
    else:
        trouves = schemas.recherche(recherches.rechercher(requete, comptes, sobre=True))
    return repondre(request, trouves, champs, "resultats", ouverte=True)


def _a_la_suite(
    requete: Requete, curseur: str, comptes: frozenset[str] | None, parametres: QueryDict
) -> schemas.RechercheV1:
    """The page that a cursor leads to, by number."""
    if de_trop := [nom for nom in ("tri", "ordre", "page") if nom in parametres]:
        raise ParametreInvalide(
            f"« curseur » donne les résultats par numéro, d’une page à la suivante : retirez « {de_trop[0]} ».",
            parametre=de_trop[0],
        )
    place = curseurs.place_de(curseur, requete)
    trouves, dernier = parcours.poursuivre(replace(requete, page=place.page), place.apres, comptes)
    suite = place._replace(apres=dernier, page=place.page + 1)
    return schemas.recherche(trouves, curseurs.ecrire(requete, suite) if dernier else None)


def demandee(parametres: QueryDict) -> Requete:
    """Read the query of a program.

    Raises ``ParametreInvalide`` where the page corrects silently: empty query, unknown place, unknown value of a
    filter, page beyond the window.
    """
    requete = _ordonnee(Requete.depuis(parametres), parametres)
    if requete.lieux_inconnus:
        raise ParametreInvalide(
            f"Aucun lieu ne correspond à « {requete.lieux_inconnus[0][:60]} » : donnez son nom ou son numéro.",
            parametre="lieu",
        )
    filtrage.verifier_les_valeurs(recherches.moteur(), requete)
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
            f"va jusqu’à {derniere}. Au-delà, donnez « curseur=* ».",
            parametre="page",
        )
    return requete


def _ordonnee(requete: Requete, parametres: QueryDict) -> Requete:
    """The query in the order that « ordre » asks. Raises ``ParametreInvalide`` beside a sort that has none."""
    if not (demande := parametres.get("ordre", "")):
        return requete
    ordre = SaisieListe(("asc", "desc")).canonique("ordre", demande)
    if requete.tri == "pertinence" or str(parametres["tri"]).startswith("-"):
        raise ParametreInvalide(
            "« ordre » accompagne « tri » par effectif, creation, nom ou commune, sans « - » devant.", parametre="ordre"
        )
    return replace(requete, inverse=(ordre == "desc") != (requete.tri in TRIS_DECROISSANTS))


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


@api.post(
    "/lot",
    response={200: None, **ERREURS, 413: schemas.ProblemeV1, 415: schemas.ProblemeV1},
    openapi_extra={"responses": {200: json_de(lots.LotV1)}},
    summary=f"Lire jusqu’à 1 000 entreprises et établissements par leurs numéros (compte pour {lots.POIDS} demandes)",
    tags=["recherche"],
)
def lire_un_lot(request: HttpRequest, demande: lots.DemandeDeLot) -> HttpResponse:
    """Read up to 1 000 companies and establishments by their numbers, in one request."""
    return repondre(request, lots.repondre_a(demande.identifiants))


@api.get(
    "/entreprises/{siren}",
    response={200: None, 304: None, **ERREURS},
    openapi_extra=_decrire(schemas_fiche.FicheEntrepriseV1),
    summary="Lire la fiche d’une entreprise",
    tags=["fiches"],
)
def fiche_entreprise(
    request: HttpRequest,
    siren: str,
    page: int = PAGE,
    champs: list[str] = CHAMPS,
    finalite: str = FINALITE,
    reference: str = REFERENCE,
) -> HttpResponse:
    """Read a company by its SIREN; ``page`` turns its establishments. An old SIREN answers the one in use."""
    siren, voulus = _numero(siren, "SIREN", siren_valide), champs_choisis(schemas_fiche.FicheEntrepriseV1, champs)
    lecteur = lecteur_de(request, finalite, reference)
    fiche = fiches.fiche_en_vigueur(siren, FiltreEtablissements(page=page), lecteur=lecteur)
    if page > max(1, fiche.etablissements.pages):
        raise ParametreInvalide(
            f"Les établissements de cette entreprise tiennent en {pluriel(fiche.etablissements.pages, 'page')}.",
            parametre="page",
        )
    return repondre(request, schemas_fiche.fiche_entreprise(fiche), voulus, ouverte=lecteur.acteur is ANONYME)


@api.get(
    "/entreprises/{siren}/groupe",
    response={200: None, 304: None, **ERREURS},
    openapi_extra=_decrire(schemas_fiche.GroupeV1),
    summary="Lire le groupe d’une entreprise",
    tags=["fiches"],
)
def groupe(
    request: HttpRequest, siren: str, au: int = AU, finalite: str = FINALITE, reference: str = REFERENCE
) -> HttpResponse:
    """Read the group of a company by its SIREN, even replaced."""
    lecteur = lecteur_de(request, finalite, reference)
    des_societes = lire_en_entier(_numero(siren, "SIREN", siren_valide), lecteur, au or None)
    return repondre(request, schemas_fiche.groupe(des_societes), ouverte=lecteur.acteur is ANONYME)


@api.get(
    "/etablissements/{siret}",
    response={200: None, 304: None, **ERREURS},
    openapi_extra=_decrire(schemas_fiche.FicheEtablissementV1),
    summary="Lire la fiche d’un établissement",
    tags=["fiches"],
)
def fiche_etablissement(
    request: HttpRequest,
    siret: str,
    champs: list[str] = CHAMPS,
    finalite: str = FINALITE,
    reference: str = REFERENCE,
) -> HttpResponse:
    """Read an establishment by its SIRET."""
    voulus = champs_choisis(schemas_fiche.FicheEtablissementV1, champs)
    lecteur = lecteur_de(request, finalite, reference)
    fiche = fiches.fiche_etablissement(_numero(siret, "SIRET", siret_valide), lecteur=lecteur)
    return repondre(request, schemas_fiche.fiche_etablissement(fiche), voulus, ouverte=lecteur.acteur is ANONYME)


@api.exception_handler(FCEError)
def erreur_attendue(request: HttpRequest, erreur: FCEError) -> HttpResponse:
    dits = {nom: erreur.details.get(nom) for nom in ("parametre", "fichier")}
    attente = erreur.details.get("retry_after", 60)
    return probleme(request, erreur.status, erreur.code, erreur.message, attente, **dits)


@api.exception_handler(ValidationError)
def _parametre_refuse(request: HttpRequest, erreur: ValidationError) -> HttpResponse:
    # The last step of a place is a rank in a list, which names nothing.
    lieux = ([lieu for lieu in faute["loc"] if isinstance(lieu, str)] for faute in erreur.errors)
    noms = [*dict.fromkeys(lieu[-1] for lieu in lieux)]
    message = f"Valeur incorrecte pour : {', '.join(noms)}. Corrigez-la et recommencez."
    if any(faute["type"] == "extra_forbidden" for faute in erreur.errors):
        message = f"Le corps de la demande n’a pas de champ « {noms[0][:60]} » : les siens sont à /api/v1/docs."
    trop = next((faute["ctx"] for faute in erreur.errors if faute["type"] == "too_long"), None)
    if trop:
        recus, maximum = nombre(trop["actual_length"]), nombre(trop["max_length"])
        message = f"« {noms[0]} » a {recus} valeurs : {maximum} au plus par demande. Envoyez-les en plusieurs fois."
    return probleme(request, 400, "parametre_invalide", message, parametre=noms[0])


@api.exception_handler(HttpError)
def _corps_illisible(request: HttpRequest, erreur: HttpError) -> HttpResponse:
    return probleme(
        request, erreur.status_code, "demande_incorrecte", "Le corps de la demande n’est pas un JSON lisible."
    )


def _numero(texte: str, genre: str, valide: Callable[[str], bool]) -> str:
    numero = compacter(texte[:64])
    if not valide(numero):
        chiffres = 14 if valide is siret_valide else 9
        raise IdentifiantInvalide(
            f"Ce numéro n’est pas un {genre} valide : un {genre} a {chiffres} chiffres, dont une clé de contrôle."
        )
    return numero
