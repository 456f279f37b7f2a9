"""Parameters that every API operation refuses instead of ignoring: an unknown one, or one given twice.

A program that misspells a filter must not read the whole register as its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import wraps
from typing import Any, get_origin

from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import NinjaAPI
from ninja.operation import Operation

from fce.socle.erreurs import FCEError, ParametreInvalide

Vue = Callable[..., HttpResponse]
Refus = Callable[[HttpRequest, FCEError], HttpResponse]
Parametres = Mapping[str, bool]
"""Names of the parameters of an operation; true for those that may be repeated."""
_LU = 60


def parametres_par_adresse(api: NinjaAPI) -> dict[str, dict[str, Parametres]]:
    """Return the parameters of each operation, by the path of its address then by method, from their declaration."""
    sortie: dict[str, dict[str, Parametres]] = {}
    for prefixe, routeur in api._routers:
        for chemin, vue in routeur.path_operations.items():
            adresse = f"{prefixe}{chemin}".strip("/")
            for operation in vue.operations:
                lus = dict(_parametres(operation))
                sortie.setdefault(adresse, {}).update(dict.fromkeys(operation.methods, lus))
    return sortie


def _parametres(operation: Operation) -> Iterator[tuple[str, bool]]:
    for modele in operation.models:
        if modele.__ninja_param_source__ != "query":
            continue
        for nom, (groupe, *suite) in modele.__ninja_flatten_map__.items():
            champ = modele.model_fields[groupe]
            for etape in suite:
                dedans: Any = champ.annotation
                champ = next(c for n, c in dedans.model_fields.items() if etape in (n, c.alias))
            yield nom, get_origin(champ.annotation) is list


def stricte(
    vue: Vue, connus: Mapping[str, Parametres], refuser: Callable[[HttpRequest, FCEError], HttpResponse]
) -> Vue:
    """Return a view that answers HEAD as GET, and refuses the parameters that its method has not (``refuser``).

    ``connus``: by method; a method that is not there is answered by the view itself.
    """

    @wraps(vue)
    def repondre(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tete = request.method == "HEAD"
        if tete:
            request.method = "GET"
        try:
            if (permis := connus.get(request.method or "")) is not None:
                verifier(request.GET, permis)
            return vue(request, *args, **kwargs)
        except FCEError as erreur:
            return refuser(request, erreur)
        finally:
            if tete:  # the server sends no body, whatever the view wrote
                request.method = "HEAD"

    return repondre


def verifier(recus: QueryDict, permis: Parametres) -> None:
    """Raise ``ParametreInvalide`` for the first parameter that is unknown, or given twice while it has one value."""
    for nom, valeurs in recus.lists():
        if nom not in permis:
            raise ParametreInvalide(f"Le paramètre « {nom[:_LU]} » n’existe pas{_suite(nom, permis)}", parametre=nom)
        if len(valeurs) > 1 and not permis[nom]:
            raise ParametreInvalide(
                f"Le paramètre « {nom} » est donné plusieurs fois : donnez-le une fois.", parametre=nom
            )


def _suite(nom: str, permis: Parametres) -> str:
    if not permis:
        return " : cette adresse n’en a pas."
    proches = get_close_matches(nom[:_LU], permis, n=1)
    voulu = f" : vouliez-vous dire « {proches[0]} » ?" if proches else "."
    return f"{voulu} Ceux de cette adresse sont décrits à /api/v1/docs."
