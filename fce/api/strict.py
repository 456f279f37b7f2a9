"""Refuses parameters that do not match the published OpenAPI document: unknown, repeated or out of bounds.

A program that misspells a filter must not take the whole register for its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache, wraps
from typing import Any, Final, NamedTuple

import msgspec
from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import NinjaAPI

from fce.droits.habilitations.cles import exiger_vivant
from fce.socle.erreurs import FCEError, ParametreInvalide
from fce.socle.texte.formats import nombre

Vue = Callable[..., HttpResponse]
Parametres = Mapping[str, Mapping[str, Any]]
"""JSON schema of each query parameter of an operation, by name."""
FORMULAIRES: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
"""Content types of HTML forms, which ``curl`` sends when none is given."""
_CITES = 60
_CHIFFRES_MAX = 9


class CorpsRefuse(FCEError):
    """The body is a form, where JSON is expected."""

    status = 415
    code = "format_refuse"


class OperationAttendue(NamedTuple):
    """Query parameters of an operation, and whether its body is JSON."""

    parametres: Parametres
    en_json: bool


@cache
def attendus(api: NinjaAPI) -> dict[tuple[str, str], OperationAttendue]:
    """Return parameters and kind of body of each operation, by path (« entreprises/{siren} ») and method."""
    racine = api.get_root_path({})
    return {
        (chemin.removeprefix(racine).strip("/"), verbe.upper()): OperationAttendue(
            {p["name"]: p["schema"] for p in operation["parameters"] if p["in"] == "query"},
            "application/json" in operation.get("requestBody", {}).get("content", {}),
        )
        for chemin, verbes in api.get_openapi_schema()["paths"].items()
        for verbe, operation in verbes.items()
    }


def stricte(vue: Vue, api: NinjaAPI, chemin: str, refuser: Callable[[HttpRequest, FCEError], HttpResponse]) -> Vue:
    """Return a view that answers HEAD as GET, and answers with ``refuser`` when a parameter is not described, or to the
    secret of no live token or key.

    A method that is not described is left to the view.
    """

    @wraps(vue)
    def repondre(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tete = request.method == "HEAD"
        if tete:
            request.method = "GET"
        try:
            exiger_vivant(request.headers.get("Authorization", ""))
            if (attendu := attendus(api).get((chemin, request.method or ""))) is not None:
                verifier(request.GET, attendu.parametres)
            if request.content_type in FORMULAIRES and attendu and attendu.en_json:
                raise CorpsRefuse("Envoyez du JSON, avec « Content-Type: application/json », et non un formulaire.")
            return vue(request, *args, **kwargs)
        except FCEError as erreur:
            return refuser(request, erreur)
        finally:
            if tete:  # the server sends no body, whatever the view wrote
                request.method = "HEAD"

    return repondre


def verifier(recus: QueryDict, permis: Parametres) -> None:
    """Raise ``ParametreInvalide`` for the first parameter that is unknown, repeated though single-valued, or out of
    bounds."""
    for nom, valeurs in recus.lists():
        if nom not in permis:
            raise ParametreInvalide(f"Le paramètre « {nom[:_CITES]} » n’existe pas{_suite(nom, permis)}", parametre=nom)
        if permis[nom].get("type") == "array":
            continue
        if len(valeurs) > 1:
            raise ParametreInvalide(
                f"Le paramètre « {nom} » est donné plusieurs fois : donnez-le une fois.", parametre=nom
            )
        _verifier_la_valeur(nom, valeurs[0], permis[nom])


def _verifier_la_valeur(nom: str, valeur: str, schema: Mapping[str, Any]) -> None:
    bornes = ""
    if schema.get("type") == "integer":
        if not (valeur.isascii() and valeur.isdigit() and len(valeur) <= _CHIFFRES_MAX):  # « ² » is a digit too
            raise ParametreInvalide(f"« {nom} » attend un nombre entier, en chiffres.", parametre=nom)
        if int(valeur) < (minimum := schema.get("minimum", 0)):
            bornes = f" ({nombre(minimum)} au moins)"
        elif int(valeur) > (maximum := schema.get("maximum", 10**_CHIFFRES_MAX)):
            bornes = f" ({nombre(maximum)} au plus)"
    if bornes or len(valeur) > schema.get("maxLength", len(valeur)):
        raise ParametreInvalide(f"Valeur incorrecte pour : {nom}{bornes}. Corrigez-la et recommencez.", parametre=nom)


def _suite(nom: str, permis: Iterable[str]) -> str:
    if not permis:
        return " : cette adresse n’en a pas."
    proches = get_close_matches(nom[:_CITES], permis, n=1)
    voulu = f" : vouliez-vous dire « {proches[0]} » ?" if proches else "."
    return f"{voulu} Ceux de cette adresse sont décrits à /api/v1/docs."


def champs_choisis(forme: type[msgspec.Struct], demandes: Iterable[str]) -> frozenset[str]:
    """Properties of ``forme`` that the parameter « champs » asks for; none: all. Raises ``ParametreInvalide``."""
    permis = [champ.encode_name for champ in msgspec.structs.fields(forme)]
    voulus = frozenset(nom.strip() for demande in demandes for nom in demande.split(",")) - {""}
    for nom in sorted(voulus.difference(permis)):
        raise ParametreInvalide(f"Il n’y a pas de champ « {nom[:_CITES]} »{_suite(nom, permis)}", parametre="champs")
    return voulus
