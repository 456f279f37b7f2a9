"""``/stats``: the indicators and their open data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from fce.service.statistiques import ouvertes
from fce.service.statistiques.selectors import DUREES, chiffres_publies, tableau_de_bord
from fce.socle.base.roles import Role
from fce.socle.texte.pliage import lire_entier
from fce.socle.texte.secret_statistique import SEUIL_AGENTS, SEUIL_SERVICES
from fce.socle.web.exports import lignes_csv, telecharger_csv
from fce.socle.web.routes import Qui, Voie, acces


# The page reads the organisations, which belong to the accounts.
@acces(Qui.TOUS, role=Role.COMPTES)
def stats(request: HttpRequest) -> HttpResponse:
    """Show the indicators over the months asked for; htmx receives the figures only."""
    duree = lire_entier(request.GET.get("mois", ""), DUREES[-1], chiffres=2)
    duree = duree if duree in DUREES else DUREES[-1]
    tableau = tableau_de_bord(duree)
    contexte = {
        "tableau": tableau,
        "duree": duree,
        "durees": DUREES,
        "origine": ouvertes.DEMONSTRATION if tableau.invente else "",
        "licence": ouvertes.LICENCE,
        "seuils": (SEUIL_AGENTS, SEUIL_SERVICES),
    }
    gabarit = "statistiques/_stats.html" if getattr(request, "htmx", None) else "statistiques/stats.html"
    reponse = render(request, gabarit, contexte)
    patch_vary_headers(reponse, ["HX-Request"])
    return reponse


@acces(Qui.TOUS, voie=Voie.FICHIER)
def donnees_csv(request: HttpRequest) -> StreamingHttpResponse:
    contenu = lignes_csv(ouvertes.COLONNES, ouvertes.rangees(chiffres_publies()))
    return telecharger_csv("fce-usage.csv", contenu)


@acces(Qui.TOUS, voie=Voie.FICHIER)
def donnees_json(request: HttpRequest) -> HttpResponse:
    return _json(ouvertes.contenu(chiffres_publies()))


@acces(Qui.TOUS)
def schema(request: HttpRequest) -> HttpResponse:
    return _json(ouvertes.schema())


def _json(contenu: dict[str, Any]) -> HttpResponse:
    return JsonResponse(contenu, json_dumps_params={"ensure_ascii": False, "indent": 2})
