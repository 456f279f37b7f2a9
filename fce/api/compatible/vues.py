"""Views of the drop-in: JSON answers in the form of the contract, and its documentation."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from fce.api.compatible import description, parametres, proximite, registres, selectors
from fce.api.compatible.formes import ReponseCompatible
from fce.api.operations import ExempleDeReponse, lignes, operations
from fce.api.reponses import EN_JSON, envoyer
from fce.donnees.entreprises.selectors import temoin
from fce.recherche.reponse.selectors import eprouver
from fce.socle.erreurs import FCEError, IndexIndisponible, ParametreInvalide
from fce.socle.web.routes import CONTRAT, Qui, Voie, acces

Vue = Callable[..., HttpResponse]
EXEMPLE: Final = f"{CONTRAT}/search?categorie_entreprise=PME&per_page=1&minimal=true&include=siege"
AUTOUR: Final = f"{CONTRAT}/near_point?lat=48.8566&long=2.3522&radius=1&per_page=1&minimal=true&include=siege"


def _en_json(vue: Callable[..., Any]) -> Vue:
    """Encode what the view returns; an expected error is one sentence. A copy kept on the way would still show a person
    masked since."""

    @acces(Qui.TOUS, voie=Voie.API)
    @cache_control(no_cache=True)
    @wraps(vue)
    def repondre(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return _json(vue(request, *args, **kwargs))
        except FCEError as erreur:
            reponse = _json({"erreur": erreur.message}, erreur.status)
            if erreur.status == 503:
                reponse["Retry-After"] = "30"
            return reponse

    return repondre


def _json(corps: object, status: int = 200) -> HttpResponse:
    return HttpResponse(EN_JSON.encode(corps), content_type="application/json", status=status)


@_en_json
def chercher(request: HttpRequest) -> ReponseCompatible:
    return selectors.chercher(parametres.typer(request.GET.dict(), autour=False))


@_en_json
def autour(request: HttpRequest) -> ReponseCompatible:
    return proximite.chercher(parametres.typer(request.GET.dict(), autour=True))


@_en_json
def dates(request: HttpRequest) -> Mapping[str, str | None]:
    return registres.dates()


@_en_json
def conventions(request: HttpRequest) -> Mapping[str, Mapping[str, str | None]]:
    return registres.conventions_connues()


@_en_json
def conventions_de(request: HttpRequest, siren: str) -> Mapping[str, list[str]]:
    if not parametres.est_siren(siren):
        raise ParametreInvalide("Numéro Siren invalide.")
    return registres.conventions_de(siren.replace(" ", ""))


@_en_json
def sante(request: HttpRequest) -> Mapping[str, str]:
    return {"status": "ok"}


@acces(Qui.TOUS, voie=Voie.API)
@cache_control(no_cache=True)
def sante_du_moteur(request: HttpRequest) -> HttpResponse:
    try:
        if (entreprise := temoin()) is not None:
            eprouver(entreprise)
    except IndexIndisponible:
        return _json({"status": "unavailable"}, 503)
    return _json({"status": "ok"})


@acces(Qui.TOUS, voie=Voie.API)
def openapi(request: HttpRequest) -> HttpResponse:
    return envoyer(request, EN_JSON.encode(description.openapi()), ouverte=True)


@acces(Qui.TOUS, voie=Voie.API)
def icone(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


@acces(Qui.TOUS)
def documentation(request: HttpRequest) -> HttpResponse:
    """The page of this API: its operations, its parameters, where it departs from the contract."""
    return render(
        request,
        "api/compatible.html",
        {
            "base": request.build_absolute_uri(CONTRAT),
            "operations": operations(description.openapi()["paths"], _exemples()),
            "ecarts": description.ECARTS,
            "mieux": description.MIEUX,
        },
    )


def _exemples() -> Mapping[str, ExempleDeReponse]:
    """{path: example}, with what anyone is answered today, about a company of the index if there is one."""
    trouvees = None
    with suppress(FCEError):
        trouvees = selectors.chercher(_parametres(EXEMPLE, autour=False))
    siren = trouvees.results[0].siren if trouvees and trouvees.results else "552032534"
    exemples = {
        "near_point": _exemple(AUTOUR, lambda: proximite.chercher(_parametres(AUTOUR, autour=True))),
        "sources/last_modified": _exemple(f"{CONTRAT}/sources/last_modified", registres.dates),
        "idcc/metadata": _exemple(f"{CONTRAT}/idcc/metadata", registres.conventions_connues),
        "idcc/{siren}": _exemple(f"{CONTRAT}/idcc/{siren}", lambda: registres.conventions_de(siren)),
        "search": ExempleDeReponse(EXEMPLE, lignes(trouvees) if trouvees else ""),
    }
    return {f"{CONTRAT}/{chemin}": exemple for chemin, exemple in exemples.items()}


def _parametres(adresse: str, *, autour: bool) -> Mapping[str, Any]:
    return parametres.typer(QueryDict(adresse.partition("?")[2]).dict(), autour=autour)


def _exemple(adresse: str, repondre: Callable[[], object]) -> ExempleDeReponse:
    with suppress(FCEError):
        return ExempleDeReponse(adresse, lignes(repondre()))
    return ExempleDeReponse(adresse)
