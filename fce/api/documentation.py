"""The OpenAPI document of the API, and the page made from it without any third-party script, as our CSP requires."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from fce.api import lots, nomenclatures, schemas, schemas_fiche
from fce.api.changements import COMPLET, decrire
from fce.api.operations import ExempleDeReponse, lignes, operations
from fce.api.reponses import EN_JSON, envoyer, repondre
from fce.api.v1 import api
from fce.donnees.changements import selectors as flux
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import selectors as fiches
from fce.fiche.formes.contenu import Redirection
from fce.fiche.groupe.selectors import lire_en_entier
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors as recherches
from fce.socle.erreurs import FCEError, ParametreInvalide
from fce.socle.texte.formats import nombre
from fce.socle.web.routes import CONTRAT, Qui, Surface, Voie, acces

RACINE: Final = "/api/v1/"
TRANCHES: Final = "tranches-effectif"
RECHERCHE: Final = "q=boulangerie&departement=59&etat=tous"
ESSAI_MAX: Final = 20
"""Numbers of a batch tried from the page: more would be too long for an address."""


@acces(Qui.TOUS, voie=Voie.API)
def openapi(request: HttpRequest) -> HttpResponse:
    return envoyer(request, EN_JSON.encode(api.get_openapi_schema()), ouverte=True)


@acces(Qui.TOUS, voie=Voie.API)
def index(request: HttpRequest) -> HttpResponse:
    """Index of the API: its descriptions and its operations."""
    decrit = api.get_openapi_schema()
    listees = [
        {"methode": verbe.upper(), "adresse": chemin, "resume": operation["summary"]}
        for chemin, verbes in decrit["paths"].items()
        for verbe, operation in verbes.items()
    ]
    page = {"titre": api.title, "documentation": f"{RACINE}docs", "openapi": f"{RACINE}openapi.json"}
    return envoyer(request, EN_JSON.encode(page | {"operations": listees}), ouverte=True)


@acces(Qui.TOUS, voie=Voie.API)
def essayer(request: HttpRequest) -> HttpResponse:
    """Lead to the answer at the address typed in a form of the page, or answer the batch typed there, because a plain
    form can neither write in a path nor send JSON. Raises ParametreInvalide."""
    if identifiants := request.GET.get("identifiants", "").split():
        if len(identifiants) > ESSAI_MAX:
            raise ParametreInvalide(
                f"Ce formulaire essaie {ESSAI_MAX} numéros au plus ; un programme en envoie "
                f"{nombre(lots.IDENTIFIANTS_MAX)} par demande.",
                parametre="identifiants",
            )
        return repondre(request, lots.repondre_a(identifiants))
    adresse = request.GET.get("adresse", "").strip()
    if not adresse.startswith((RACINE, f"{CONTRAT}/")):
        raise ParametreInvalide(
            f"Donnez une adresse de cette API : elle commence par « {RACINE} » ou « {CONTRAT}/ ».", parametre="adresse"
        )
    return HttpResponseRedirect(adresse)


@acces(Qui.TOUS)
def documentation(request: HttpRequest) -> HttpResponse:
    """List the operations, with their parameters and an example each."""
    decrites = operations(api.get_openapi_schema()["paths"], exemples())
    contexte = {
        "operations": decrites,
        "description": api.description,
        "debit": settings.FCE_DEBIT_API,
        "cle": settings.FCE_DEBIT_CLE,
        "partage": settings.FCE_DEBIT_PARTAGE,
    }
    return render(request, "api/documentation.html", contexte)


def exemples() -> Mapping[str, ExempleDeReponse]:
    """{path: example}, answered today."""
    listees = ExempleDeReponse("/api/v1/nomenclatures", lignes(nomenclatures.listees()))
    tranches = ExempleDeReponse(f"/api/v1/nomenclatures/{TRANCHES}", lignes(nomenclatures.entiere(TRANCHES)))
    return {
        **_exemples(),
        **_exemples_du_flux(),
        "/api/v1/nomenclatures": listees,
        "/api/v1/nomenclatures/{nom}": tranches,
    }


def _exemples() -> Mapping[str, ExempleDeReponse]:
    """{path: example}, with what anyone is answered today about a company of the index."""
    recherche = ExempleDeReponse(f"/api/v1/recherche?{RECHERCHE}")
    lecteur = LecteurDeDonnees(action=Droit.API, surface=Surface.API)
    try:
        trouvees = recherches.rechercher(Requete.depuis({"categorie": "PME", "taille": "1"}), frozenset(), sobre=True)
        recherche = ExempleDeReponse("/api/v1/recherche?categorie=PME&taille=1", lignes(schemas.recherche(trouvees)))
        siren, nom = trouvees.resultats[0].entreprise.siren, trouvees.resultats[0].entreprise.nom
        suggestions = nomenclatures.suggerees(nom, 1)
        fiche = fiches.fiche_entreprise(siren, lecteur=lecteur)
        if isinstance(fiche, Redirection) or fiche.entreprise.siege is None:
            return {"/api/v1/recherche": recherche}
        siret = fiche.entreprise.siege.siret
        lieu = fiches.fiche_etablissement(siret, lecteur=lecteur)
    except (FCEError, IndexError):
        return {"/api/v1/recherche": recherche}
    corps = msgspec.json.encode({"identifiants": [siret]}).decode()
    return {
        "/api/v1/recherche": recherche,
        "/api/v1/suggestions": ExempleDeReponse(
            f"/api/v1/suggestions?{urlencode({'q': nom, 'taille': 1})}", lignes(suggestions)
        ),
        "/api/v1/lot": ExempleDeReponse("/api/v1/lot", lignes(lots.repondre_a([siret])), corps, siret),
        "/api/v1/entreprises/{siren}": ExempleDeReponse(
            f"/api/v1/entreprises/{siren}", lignes(schemas_fiche.fiche_entreprise(fiche))
        ),
        "/api/v1/entreprises/{siren}/groupe": ExempleDeReponse(
            f"/api/v1/entreprises/{siren}/groupe", lignes(schemas_fiche.groupe(lire_en_entier(siren, lecteur, None)))
        ),
        "/api/v1/etablissements/{siret}": ExempleDeReponse(
            f"/api/v1/etablissements/{siret}", lignes(schemas_fiche.fiche_etablissement(lieu))
        ),
    }


def _exemples_du_flux() -> Mapping[str, ExempleDeReponse]:
    """The first change that is kept, and the address of a bulk file, which nobody reads on a page."""
    try:
        (premier,) = flux.page(flux.premier(), 1).evenements
        exemple = lignes(decrire(premier))
    except (FCEError, ValueError):
        exemple = ""
    return {
        "/api/v1/changements": ExempleDeReponse("/api/v1/changements?taille=1", exemple),
        "/api/v1/fichiers/entreprises.{genre}": ExempleDeReponse(COMPLET, essai=""),
        "/api/v1/fichiers/etablissements.parquet": ExempleDeReponse(
            "/api/v1/fichiers/etablissements.parquet", essai=""
        ),
    }
