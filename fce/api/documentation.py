"""The documentation page of the API, made from its OpenAPI document without any third-party script, as our CSP
requires."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.api.v1 import api
from fce.socle.routes import Qui, acces


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


EXEMPLES = {
    "/api/v1/recherche": "/api/v1/recherche?q=boulangerie&departement=59&etat=tous",
    "/api/v1/entreprises/{siren}": "/api/v1/entreprises/000001016",
    "/api/v1/etablissements/{siret}": "/api/v1/etablissements/{siret}",
}


@acces(Qui.TOUS)
def documentation(request: HttpRequest) -> HttpResponse:
    """List the operations, with their parameters and an example each."""
    schema = api.get_openapi_schema()
    operations = [
        Operation(
            verbe=verbe.upper(),
            chemin=chemin,
            resume=str(decrite["summary"]),
            # Public operations have only developer descriptions, in English: not displayed.
            description=str(decrite["description"]) if "security" in decrite else "",
            parametres=[_parametre(p) for p in decrite.get("parameters", [])],
            exemple="" if "security" in decrite else EXEMPLES.get(chemin, chemin),
        )
        for chemin, verbes in schema["paths"].items()
        for verbe, decrite in verbes.items()
    ]
    return render(request, "api/documentation.html", {"operations": operations, "description": api.description})


def _parametre(brut: dict[str, Any]) -> Parametre:
    forme = brut.get("schema", {})
    return Parametre(
        nom=brut["name"],
        requis=bool(brut.get("required")),
        repetable=forme.get("type") == "array",
        defaut=forme.get("default") or "",
        description=brut.get("description", ""),
    )
