"""API v1: the search and the sheets, open to everyone, through the masked selectors; and the deposits of producers."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema, get_schema
from pydantic import create_model

from fce.api import depots, schemas, schemas_fiche
from fce.droits.erreurs import JetonRefuse
from fce.droits.finalites import Droit
from fce.droits.jetons import acteur_du_jeton
from fce.entreprises.lignes import Entreprise, EntrepriseRangee
from fce.fiche import selectors as fiches
from fce.fiche.contenu import Redirection
from fce.fiche.lecteur import LecteurDeFiche
from fce.recherche import filtres
from fce.recherche import selectors as recherches
from fce.recherche.filtre import FiltreDeRecherche
from fce.recherche.requete import FENETRE, TAILLE_MAX, Requete
from fce.socle.erreurs import FCEError, IdentifiantInvalide, ParametreInvalide
from fce.socle.formats import nombre, pluriel
from fce.socle.identifiants import compacter, siren_valide, siret_valide
from fce.socle.roles import Role, elever


class ApiDecrite(NinjaAPI):
    """An API whose description is written once per process: it costs a third of a second of processor, that anybody may
    ask for, and its addresses do not move while the process lives."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description of the addresses that begin with ``path_prefix``, "" for those of this service."""
        return _description(path_prefix or self.get_root_path(path_params or {}))


@cache
def _description(prefixe: str) -> OpenAPISchema:
    return get_schema(api=api, path_prefix=prefixe)


api = ApiDecrite(
    title="FCE – Fiche Commune Entreprise",
    version="1",
    description=(
        "Recherche d’entreprises et fiches, partie ouverte à tous. Les personnes en diffusion partielle sont masquées. "
        "Une erreur porte toujours un code et une phrase en français ; un paramètre inconnu, ou une valeur hors des "
        "bornes, en est une. HEAD est accepté partout où GET l’est. Un jeton (« Authorization: Bearer fceapi_… »), "
        "créé sous une habilitation qui permet l’API, ouvre ce qu’elle permet, pour la finalité que dit « finalite »."
    ),
    urls_namespace="api-v1",
    docs_url=None,  # the packaged page loads scripts from elsewhere: see documentation.py
    openapi_extra={"info": {"license": {"name": "Licence Ouverte 2.0"}}},
)
if settings.FCE_DEPOTS:
    api.add_router("/depots", depots.routeur)
TOUTES = "toutes"
Q_MAX = 2000
CHIFFRES_MAX = 9
_EN_JSON = msgspec.json.Encoder()
PAGE: Any = Query(1, ge=1, le=100_000, description="Page des établissements, à partir de 1.")
FINALITE: Any = Query("", max_length=60, description="Finalité, pour un jeton : son code dans l’habilitation.")
_ERREURS = dict.fromkeys((400, 401, 404, 414, 429, 503), schemas.Erreur)


def _des_filtres(voulus: Iterable[FiltreDeRecherche]) -> dict[str, tuple[Any, Any]]:
    """Filters as parameters, each under its own name; a day is given once, any other value may be repeated."""
    champs: dict[str, tuple[Any, Any]] = {}
    for filtre in voulus:
        # A kind of place is explained by its name alone.
        options: dict[str, Any] = {"description": filtre.api} if filtre.api else {}
        if filtre.declare:
            options["alias"] = filtre.nom
        genre, defaut = (list[str], []) if filtre.repetable else (str, "")
        champs[filtre.nom.replace("-", "_")] = (genre, Field(defaut, **options))
    return champs


def _parametres() -> dict[str, tuple[Any, Any]]:
    """The parameters of the search, in the order of their documentation."""
    q = "Nom, sigle, enseigne, adresse, personne, SIREN, SIRET, TVA ou RNA."
    tri = "pertinence, effectif, creation, nom ou commune ; « - » devant : inverse."
    facettes = (
        "Filtres dont compter les résultats : leurs noms, « etat » pour les états, ou « toutes ». Compter prend plus "
        "de temps que chercher ; sans ce paramètre, « facettes » est vide."
    )
    return {
        "q": (str, Field("", description=q, max_length=Q_MAX)),
        "vue": (str, Field("entreprises", description="« entreprises » ou « etablissements ».")),
        "etat": (str, Field("actif", description="« actif », « cesse » ou « tous ».")),
        "lieu": (list[str], Field([], description="Région, département, EPCI ou commune, par nom ou numéro.")),
        **_des_filtres(filtres.SIRENE.values()),
        "tri": (str, Field("pertinence", description=tri)),
        "page": (int, Field(1, ge=1, description="À partir de 1 ; 10 000 résultats au plus sont accessibles.")),
        "taille": (int, Field(20, ge=1, le=TAILLE_MAX, description="Résultats par page, 100 au plus.")),
        **_des_filtres(filtres.declares()),
        "facettes": (list[str], Field([], description=facettes)),
    }


ParametresRecherche = create_model("ParametresRecherche", __base__=Schema, **_parametres())  # type: ignore[call-overload]


@api.get(
    "/recherche", response={200: schemas.RechercheV1, **_ERREURS}, summary="Chercher une entreprise", tags=["recherche"]
)
def rechercher(
    request: HttpRequest,
    parametres: Query[ParametresRecherche],  # type: ignore[valid-type]
) -> HttpResponse:
    """Find companies (or establishments with ``vue=etablissements``) by text, number and filters."""
    return _reponse(request.GET)


def sans_relire(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the view of the search, but for parameters that are plainly of the types that they are declared with:
    ``Requete`` reads them all, and no model of them need be made first. Any other request goes through ``vue``."""

    @wraps(vue)
    def chercher(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET" or not _bien_types(request.GET):
            return vue(request, *args, **kwargs)
        try:
            return _reponse(request.GET)
        except FCEError as erreur:
            return erreur_attendue(request, erreur)

    return chercher


def _bien_types(parametres: QueryDict) -> bool:
    """Tell whether the model of the parameters takes these as they are: only numbers and lengths can displease it."""
    if len(parametres.get("q", "")) > Q_MAX:
        return False
    page, taille = (str(parametres.get(nom, "1")) for nom in ("page", "taille"))
    return _chiffres(page) and _chiffres(taille) and int(page) >= 1 and 1 <= int(taille) <= TAILLE_MAX


def _chiffres(texte: str) -> bool:
    return texte.isascii() and texte.isdigit() and len(texte) <= CHIFFRES_MAX


def _demandee(parametres: QueryDict) -> Requete:
    """Read the query of a program. Raises ``ParametreInvalide`` for what a page would mend in silence: nothing asked, a
    place that does not exist, a page beyond the window."""
    for nom in ("page", "taille"):
        if not _chiffres(parametres.get(nom, "1")):  # « 1_0 », « 1.0 », « +1 » are numbers for a model
            raise ParametreInvalide(f"« {nom} » attend un nombre entier, en chiffres.", parametre=nom)
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


def _reponse(parametres: QueryDict) -> HttpResponse:
    comptes = _comptes(parametres.getlist("facettes"))
    trouves = recherches.rechercher(_demandee(parametres), comptes, sobre=True)
    corps = {
        "total": trouves.total,
        "total_exact": trouves.total_exact,
        "page": trouves.page,
        "pages": trouves.pages,
        "approchants": trouves.approchants,
        "conseil": trouves.conseil,
        "compris": schemas.compris(trouves.compris),
        "resultats": [
            {
                **_en_json(r.entreprise),
                "etablissement": schemas.etablissement(r.etablissement),
                "motif": r.motif,
                "dirigeants": r.personnes[:20],
            }
            for r in trouves.resultats
        ],
        "facettes": {
            nom: [{"code": f.code, "libelle": f.libelle, "nombre": f.nombre, "estimee": f.estimee} for f in facettes]
            for nom, facettes in trouves.facettes.items()
        },
    }
    # Every field is made above in its documented shape: checked by the tests of the contract, not at each answer.
    return HttpResponse(_EN_JSON.encode(corps), content_type="application/json; charset=utf-8")


def _en_json(entreprise: Entreprise) -> dict[str, Any]:
    """A company of the results: from its line as it is, or from its view."""
    return entreprise.en_json() if isinstance(entreprise, EntrepriseRangee) else schemas.entreprise(entreprise)


def _comptes(noms: list[str]) -> frozenset[str] | None:
    """Names of the filters to count by, None for all. Raises ``ParametreInvalide`` for what is not one."""
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
    response={200: schemas_fiche.FicheEntrepriseV1, **_ERREURS},
    summary="Lire la fiche d’une entreprise",
    tags=["fiches"],
)
def fiche_entreprise(request: HttpRequest, siren: str, page: int = PAGE, finalite: str = FINALITE) -> dict[str, Any]:
    """Read a company by its SIREN; ``page`` turns its establishments. An old SIREN answers the one in use."""
    siren = _numero(siren, "SIREN", siren_valide)
    lecteur = _lecteur(request, finalite)
    fiche = fiches.fiche_entreprise(siren, page=page, lecteur=lecteur)
    if isinstance(fiche, Redirection):
        fiche = fiches.fiche_entreprise(fiche.siren, page=page, lecteur=lecteur)
    assert not isinstance(fiche, Redirection)  # noqa: S101  a replacement is never itself replaced
    if page > max(1, fiche.etablissements.pages):
        raise ParametreInvalide(
            f"Les établissements de cette entreprise tiennent en {pluriel(fiche.etablissements.pages, 'page')}.",
            parametre="page",
        )
    return {
        **schemas.entreprise(fiche.entreprise),
        "etablissements": {
            "total": fiche.etablissements.total,
            "page": fiche.etablissements.page,
            "pages": fiche.etablissements.pages,
            "resultats": [schemas.etablissement(e) for e in fiche.etablissements.etablissements],
        },
        "chronologie": schemas_fiche.chronologie(fiche.chronologie),
        "perimetre_chronologie": schemas_fiche.perimetre(fiche.perimetre),
        "provenances": schemas_fiche.provenances(fiche.rubriques),
        "rubriques": schemas_fiche.rubriques(fiche.rubriques),
    }


@api.get(
    "/etablissements/{siret}",
    response={200: schemas_fiche.FicheEtablissementV1, **_ERREURS},
    summary="Lire la fiche d’un établissement",
    tags=["fiches"],
)
def fiche_etablissement(request: HttpRequest, siret: str, finalite: str = FINALITE) -> dict[str, Any]:
    """Read an establishment by its SIRET."""
    fiche = fiches.fiche_etablissement(_numero(siret, "SIRET", siret_valide), lecteur=_lecteur(request, finalite))
    lu = schemas.etablissement(fiche.etablissement) or {}
    return {
        **lu,
        "entreprise": schemas.entreprise(fiche.entreprise) if fiche.entreprise else None,
        "chronologie": schemas_fiche.chronologie(fiche.chronologie),
        "successions": [
            {
                "sens": lien.sens,
                "siret": lien.siret,
                "date": lien.date,
                "transfert_siege": lien.transfert_siege,
                "continuite_economique": lien.continuite_economique,
            }
            for lien in fiche.successions
        ],
        "provenances": schemas_fiche.provenances(fiche.rubriques),
        "rubriques": schemas_fiche.rubriques(fiche.rubriques),
    }


@api.exception_handler(FCEError)
def erreur_attendue(request: HttpRequest, erreur: FCEError) -> HttpResponse:
    """Answer an expected error: its status, its code, its sentence."""
    return _erreur(request, erreur.status, erreur.code, erreur.message)


@api.exception_handler(ValidationError)
def _parametre_refuse(request: HttpRequest, erreur: ValidationError) -> HttpResponse:
    noms = ", ".join(dict.fromkeys(f"{faute['loc'][-1]}{_borne(faute)}" for faute in erreur.errors))
    return _erreur(request, 400, "parametre_invalide", f"Valeur incorrecte pour : {noms}. Corrigez-la et recommencez.")


def _borne(faute: Mapping[str, Any]) -> str:
    """« (100 au plus) », for a number out of its bounds."""
    bornes = faute.get("ctx") or {}
    if "le" in bornes:
        return f" ({nombre(bornes['le'])} au plus)"
    return f" ({nombre(bornes['ge'])} au moins)" if "ge" in bornes else ""


@api.exception_handler(HttpError)
def _corps_illisible(request: HttpRequest, erreur: HttpError) -> HttpResponse:
    return _erreur(
        request, erreur.status_code, "demande_incorrecte", "Le corps de la demande n’est pas un JSON lisible."
    )


def _erreur(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    reponse = api.create_response(request, {"erreur": {"code": code, "message": message}}, status=status)
    if status == 401:
        reponse["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        reponse["Retry-After"] = "60"
    return reponse


def _lecteur(request: HttpRequest, finalite: str) -> LecteurDeFiche:
    """Anyone, for the open part; with ``Authorization: Bearer fceapi_…``, a program and what its habilitation opens,
    for the purpose that it names. Raises JetonRefuse for anything else in that header."""
    porteur = request.headers.get("Authorization", "")
    if not porteur:
        return LecteurDeFiche(action=Droit.API, surface="api")
    genre, _, secret = porteur.partition(" ")
    if genre.lower() != "bearer":
        raise JetonRefuse("Envoyez « Authorization: Bearer » suivi de votre jeton, ou rien pour les données ouvertes.")
    elever(Role.AGENTS)
    acteur = acteur_du_jeton(secret.strip())
    request.jeton_accepte = True  # type: ignore[attr-defined]
    return LecteurDeFiche(
        acteur,
        Droit.API,
        finalite or None,
        surface="api",
        requete=getattr(request, "numero", ""),
        adresse_ip=getattr(request, "adresse_ip", ""),
    )


def _numero(texte: str, genre: str, valide: Callable[[str], bool]) -> str:
    numero = compacter(texte[:64])
    if not valide(numero):
        chiffres = 14 if valide is siret_valide else 9
        raise IdentifiantInvalide(
            f"Ce numéro n’est pas un {genre} valide : un {genre} a {chiffres} chiffres, dont une clé de contrôle."
        )
    return numero
