"""A live source of a sheet: alone through htmx, inside a page of its own otherwise."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.html import escape

from fce.entreprises.diffusion import NOM_MASQUE
from fce.fiche import directes, entete, finalites, views
from fce.fiche.contenu import EtatBloc
from fce.fiche.page import nom_interne
from fce.socle.routes import Qui, Voie, acces
from fce.sources.onglets import onglet_de

STATUTS: Final = {EtatBloc.RESERVEE: 403, EtatBloc.INDISPONIBLE: 503}


@acces(Qui.TOUS, voie=Voie.FRAGMENT)
def direct(request: HttpRequest, numero: str, nom: str) -> HttpResponse:
    """What the producer answers now. Never in a cache of the way: it may be for this reader alone."""
    unite = views.unite_de(numero)
    fragment = bool(getattr(request, "htmx", None))
    lecteur = views.lecteur_de(request)
    bloc = directes.lire(unite.numero, nom, lecteur)
    essai = request.GET.get("essai", "")
    essais = int(essai) if essai.isascii() and essai.isdigit() and len(essai) < 3 else 0
    if fragment and request.htmx.target == nom_interne.CIBLE:  # type: ignore[attr-defined]
        # In the bar, the name alone, or what everyone reads there.
        return _a_soi(HttpResponse(escape(nom_interne.nom(bloc) or NOM_MASQUE)))
    contexte: dict[str, Any] = {
        "bloc": bloc,
        "contenu": bloc.contenu,
        "adresse": unite.adresse,
        "finalites": finalites.choix(request, lecteur),
        "suite": unite.adresse,
        # The next try, through htmx, while too many sources are being asked.
        "suivant": essais + 1 if fragment and bloc.sature and essais < directes.ESSAIS else 0,
    }
    if not fragment:
        retour = onglet_de(bloc.source.rubrique)
        contexte |= {"entete": entete.lire(unite, retour), "sujet": f"{bloc.source.titre} – en direct"}
    gabarit = "fiche/_direct.html" if fragment else "fiche/direct.html"
    reponse = render(request, gabarit, contexte, status=200 if fragment else STATUTS.get(bloc.etat, 200))
    if reponse.status_code == 503:
        reponse["Retry-After"] = "30"
    return _a_soi(reponse)


def _a_soi(reponse: HttpResponse) -> HttpResponse:
    reponse["X-Robots-Tag"] = "noindex"
    reponse["Cache-Control"] = "no-store"
    patch_vary_headers(reponse, ["HX-Request", "HX-Target"])
    return reponse
