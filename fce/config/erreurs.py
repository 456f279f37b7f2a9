"""Error pages: HTML for people, JSON for the API, always a French sentence that says what to do."""

import sys
import traceback
from pathlib import Path
from urllib.parse import quote

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.template.loader import select_template
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers

from fce.socle.erreurs import BaseIndisponible
from fce.socle.web import problemes
from fce.socle.web.routes import API, CONTRAT, MCP, PROGRAMMES

log = structlog.get_logger("fce.erreurs")

FRAGMENT = "_erreur.html"
_TITRES = {**problemes.TITRES, 404: "Page introuvable"}
_DU_CONTRAT = {
    404: "Ressource non trouvée.",
    500: "Une erreur inattendue s'est produite. Veuillez réessayer plus tard.",
}
"""Sentences that clients of the contract know."""


def page(request: HttpRequest, status: int, message: str, *, code: str = "", **details: object) -> HttpResponse:
    """Answer an expected error in the caller's format: a page, a fragment for htmx, JSON for the API."""
    if request.path.startswith(CONTRAT):
        reponse: HttpResponse = JsonResponse(
            {"erreur": _DU_CONTRAT.get(status, message)}, status=status, json_dumps_params={"ensure_ascii": False}
        )
    elif request.path.startswith((*PROGRAMMES, MCP)):
        numero = getattr(request, "numero", "")
        decrit = problemes.decrire(
            status, message, code or str(status), parametre=details.get("parametre"), numero=numero
        )
        decrit["erreur"]["numero"] = numero
        reponse = JsonResponse(decrit, status=status, json_dumps_params={"ensure_ascii": False})
        if request.path.startswith(API):
            reponse["Content-Type"] = problemes.TYPE_DE_CONTENU
    else:
        contexte = {
            "status": status,
            "titre": _TITRES.get(status, "Une erreur est survenue"),
            "message": message,
            "code": code,
            "numero": getattr(request, "numero", ""),
            "details": details,
            "rendus": _rendus(request) if status == 503 else (),
            # No breadcrumb: its pages may not exist, or not for this reader.
            "fil": (),
        }
        entiere = [f"{code or 'erreur'}.html", f"{status}.html", "erreur.html"]
        gabarit = select_template([FRAGMENT] if request.headers.get("HX-Request") == "true" else entiere)
        reponse = HttpResponse(gabarit.render(contexte, request), status=status)
        patch_vary_headers(reponse, ["HX-Request"])
    if status == 503:
        reponse["Retry-After"] = "30"
    if "retry_after" in details:
        reponse["Retry-After"] = str(details["retry_after"])
    return reponse


def base_indisponible(request: HttpRequest) -> HttpResponse:
    """Answer that the database does not answer, without asking it anything more."""
    request.base_en_panne = True  # type: ignore[attr-defined]
    phrase = "Le service est momentanément indisponible. Réessayez dans quelques instants."
    return page(request, 503, phrase, code=BaseIndisponible.code)


def _rendus(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form that could not be received, so that its author may send them again. Only of our own pages:
    another site must not have its form sent by a click on ours."""
    envoye = int(request.META.get("CONTENT_LENGTH") or 0)
    lisible = request.method == "POST" and 0 < envoye <= settings.FCE_PIECES_TAILLE_MAX << 20
    # Some views check the token themselves, later than here.
    if not lisible or CsrfViewMiddleware(interne).process_view(request, interne, (), {}) is not None:
        return []
    return [(nom, dit) for nom, dits in request.POST.lists() for dit in dits if nom != "csrfmiddlewaretoken"]


def journaliser(**_: object) -> None:
    """Log a bug by its type and place, never its message, which may hold what the reader typed."""
    genre, _erreur, trace = sys.exc_info()
    if genre is None:
        return
    cadres = [f"{Path(c.filename).name}:{c.lineno} {c.name}" for c in traceback.extract_tb(trace)[-8:]]
    log.error("erreur_inattendue", erreur=genre.__name__, trace=cadres)


def introuvable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an unknown address; one that only has a slash too many at its end leads to its page."""
    if vraie := _sans_barre_finale(request):
        return HttpResponsePermanentRedirect(vraie)
    return page(
        request,
        404,
        "Cette adresse ne correspond à aucune page. Vérifiez-la ou lancez une recherche.",
        code="introuvable",
    )


def _sans_barre_finale(request: HttpRequest) -> str:
    """The address without its final slashes, with its query, when a page answers there; "" otherwise."""
    chemin = request.path.rstrip("/")
    # Two slashes at the start would be read as another host.
    if request.method not in ("GET", "HEAD") or chemin in ("", request.path) or chemin.startswith("//"):
        return ""
    try:
        resolve(chemin)
    except Resolver404:
        return ""
    requete = request.META.get("QUERY_STRING", "")
    return f"{quote(chemin)}?{requete}" if requete else quote(chemin)


def demande_incorrecte(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django refuses (too many fields, bad host…)."""
    return page(
        request,
        400,
        "Cette demande n’est pas correcte. Vérifiez l’adresse ou lancez une recherche.",
        code="demande_incorrecte",
    )


def interne(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        500,
        "Une erreur inattendue s’est produite. Réessayez ; si elle persiste, signalez-la avec le numéro ci-dessous.",
        code="erreur_interne",
    )


def formulaire_refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose CSRF check failed: another site, or a page too old."""
    return page(
        request,
        403,
        "Ce formulaire a expiré ou ne vient pas de ce site : rouvrez la page et recommencez. Rien n’a été enregistré.",
        code="formulaire_refuse",
    )
