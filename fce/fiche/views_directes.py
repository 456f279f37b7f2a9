"""A live source of a sheet: a fragment with htmx, otherwise a page."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.html import escape

from fce.donnees.entreprises.diffusion import NOM_MASQUE
from fce.fiche import views
from fce.fiche.assemblage import directes, sujets
from fce.fiche.formes.contenu import EtatBloc
from fce.fiche.lecture import finalites
from fce.fiche.page import dirigeants, gabarits, metier, nom_interne
from fce.fiche.unite import entete
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.routes import Qui, Surface, Voie, acces
from fce.sources.onglets import onglet_de

STATUTS: Final = {EtatBloc.RESERVEE: 403, EtatBloc.INDISPONIBLE: 503}


@acces(Qui.TOUS, voie=Voie.FRAGMENT, surface=Surface.DIRECT)
def direct(request: HttpRequest, numero: str, nom: str) -> HttpResponse:
    """The producer's current answer, merged with its file. Never cached by proxies: it may be for this reader only. A
    fragment without an answer says why under the file's content, which stays."""
    unite = views.unite_de(numero)
    fragment = bool(getattr(request, "htmx", None))
    lecteur = views.lecteur_de_la_page(request)
    sujet = sujets.sujet_de(unite.numero, nom, lecteur, entier=not fragment)
    bloc = sujet.direct
    essais = lire_entier(request.GET.get("essai", ""), chiffres=2)
    if fragment and request.htmx.target == nom_interne.CIBLE:  # type: ignore[attr-defined]
        # In the bar: the name only, or the masked name.
        return _a_soi(HttpResponse(escape(nom_interne.nom(bloc) or NOM_MASQUE)))
    if fragment and request.htmx.target == f"{metier.CIBLE}{nom}":  # type: ignore[attr-defined]
        lignes = {"paires": metier.de_la_reponse(bloc, lecteur)}
        return _a_soi(render(request, "fiche/_lignes_metier.html", lignes))
    contexte: dict[str, Any] = {
        "sujet": sujet,
        "bloc": bloc,
        "contenu": bloc.contenu,
        "du_fichier": gabarits.imprimer(sujet.fichier, unite.adresse)
        if sujet.fichier and sujet.fichier_montre
        else None,
        "adresse": unite.adresse,
        "finalites": finalites.choix(request, lecteur),
        "suite": unite.adresse,
        # Next attempt by htmx while too many sources are being asked.
        "suivant": essais + 1 if fragment and bloc.sature and essais < directes.ESSAIS else 0,
    }
    if fragment and str(request.htmx.current_url_abs_path).partition("?")[0].endswith("/dirigeants"):  # type: ignore[attr-defined]
        contexte["contenu"] = dirigeants.detenteurs(bloc.source, bloc.contenu)
    if not fragment:
        retour = onglet_de(bloc.source.rubrique)
        contexte |= {"entete": entete.de_l_unite(unite, retour), "titre_de_page": f"{bloc.source.titre} – en direct"}
    gabarit = "fiche/_direct.html" if fragment else "fiche/direct.html"
    reponse = render(request, gabarit, contexte, status=200 if fragment else STATUTS.get(bloc.etat, 200))
    if fragment and bloc.etat not in (EtatBloc.DONNEES, EtatBloc.AUCUNE):
        reponse["HX-Retarget"], reponse["HX-Reswap"] = f"#direct-{nom} .fce-direct__etat", "innerHTML"
    if reponse.status_code == 503:
        reponse["Retry-After"] = "30"
    return _a_soi(reponse)


def _a_soi(reponse: HttpResponse) -> HttpResponse:
    reponse["X-Robots-Tag"] = "noindex"
    reponse["Cache-Control"] = "no-store"
    patch_vary_headers(reponse, ["HX-Request", "HX-Target"])
    return reponse
