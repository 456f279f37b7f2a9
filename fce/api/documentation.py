"""The documentation page of the API, made from its OpenAPI document without any third-party script, as our CSP
requires."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.api import schemas, schemas_fiche
from fce.api.changements import COMPLET, decrire
from fce.api.v1 import api
from fce.changements import selectors as flux
from fce.droits.finalites import Droit
from fce.droits.lecteur import LecteurDeDonnees
from fce.fiche import selectors as fiches
from fce.fiche.contenu import Redirection
from fce.recherche import selectors as recherches
from fce.recherche.requete import Requete
from fce.socle.erreurs import FCEError
from fce.socle.formats import pluriel
from fce.socle.routes import Qui, Surface, acces


@dataclass(frozen=True)
class Parametre:
    """One parameter of an operation, as the page shows it."""

    nom: str
    requis: bool
    repetable: bool
    defaut: object
    description: str


@dataclass(frozen=True)
class Operation:
    """One operation of the API, as the page shows it."""

    verbe: str
    chemin: str
    resume: str
    description: str
    parametres: list[Parametre]
    exemple: str
    reponse: str


class ExempleDeReponse(NamedTuple):
    """The address of a request, and the first lines of its answer ("" when it cannot be given now)."""

    adresse: str
    reponse: str = ""


RECHERCHE: Final = "q=boulangerie&departement=59&etat=tous"
LIGNES: Final = 40
"""Lines of an answer that the page shows."""


@acces(Qui.TOUS)
def documentation(request: HttpRequest) -> HttpResponse:
    """List the operations, with their parameters and an example each."""
    schema = api.get_openapi_schema()
    exemples = {**_exemples(), **_exemples_du_flux()}
    operations = [
        Operation(
            verbe=verbe.upper(),
            chemin=chemin,
            resume=str(decrite["summary"]),
            # Public operations have only developer descriptions, in English: not displayed.
            description=str(decrite["description"]) if "security" in decrite else "",
            parametres=[_parametre(p) for p in decrite.get("parameters", [])],
            exemple="" if "security" in decrite else exemples.get(chemin, ExempleDeReponse(chemin)).adresse,
            reponse="" if "security" in decrite else exemples.get(chemin, ExempleDeReponse(chemin)).reponse,
        )
        for chemin, verbes in schema["paths"].items()
        for verbe, decrite in verbes.items()
    ]
    return render(request, "api/documentation.html", {"operations": operations, "description": api.description})


def _exemples() -> Mapping[str, ExempleDeReponse]:
    """{path: example}, with what anyone is answered today about a company of the index."""
    recherche = ExempleDeReponse(f"/api/v1/recherche?{RECHERCHE}")
    lecteur = LecteurDeDonnees(action=Droit.API, surface=Surface.API)
    try:
        trouvees = recherches.rechercher(Requete.depuis({"categorie": "PME", "taille": "1"}), frozenset(), sobre=True)
        recherche = ExempleDeReponse("/api/v1/recherche?categorie=PME&taille=1", _lignes(schemas.recherche(trouvees)))
        siren = trouvees.resultats[0].entreprise.siren
        fiche = fiches.fiche_entreprise(siren, lecteur=lecteur)
        if isinstance(fiche, Redirection) or fiche.entreprise.siege is None:
            return {"/api/v1/recherche": recherche}
        siret = fiche.entreprise.siege.siret
        lieu = fiches.fiche_etablissement(siret, lecteur=lecteur)
    except (FCEError, IndexError):
        return {"/api/v1/recherche": recherche}
    return {
        "/api/v1/recherche": recherche,
        "/api/v1/entreprises/{siren}": ExempleDeReponse(
            f"/api/v1/entreprises/{siren}", _lignes(schemas_fiche.fiche_entreprise(fiche))
        ),
        "/api/v1/etablissements/{siret}": ExempleDeReponse(
            f"/api/v1/etablissements/{siret}", _lignes(schemas_fiche.fiche_etablissement(lieu))
        ),
    }


def _exemples_du_flux() -> Mapping[str, ExempleDeReponse]:
    """The first change that is kept, and the address of a bulk file, which nobody reads on a page."""
    try:
        (premier,) = flux.page(flux.premier(), 1).evenements
        lu = _lignes(decrire(premier))
    except (FCEError, ValueError):
        lu = ""
    return {
        "/api/v1/changements": ExempleDeReponse("/api/v1/changements?taille=1", lu),
        "/api/v1/fichiers/entreprises.{genre}": ExempleDeReponse(COMPLET),
    }


def _lignes(reponse: msgspec.Struct) -> str:
    """The first lines of an answer, and how many more there are."""
    lignes = msgspec.json.format(msgspec.json.encode(reponse), indent=2).decode().splitlines()
    suite = [f"… et {pluriel(len(lignes) - LIGNES, 'autre ligne', 'autres lignes')}"] if len(lignes) > LIGNES else []
    return "\n".join([*lignes[:LIGNES], *suite])


def _parametre(brut: dict[str, Any]) -> Parametre:
    forme = brut.get("schema", {})
    return Parametre(
        nom=brut["name"],
        requis=bool(brut.get("required")),
        repetable=forme.get("type") == "array",
        defaut=forme.get("default") or "",
        description=brut.get("description", ""),
    )
