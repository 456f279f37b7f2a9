"""Search pages: results, suggestions, exports. Everything is read through ``Requete`` and ``selectors``."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, push_url

from fce.recherche import exports, presentation, selectors
from fce.recherche.alimentations import DIRIGEANT
from fce.recherche.requete import FILTRES_DATES, FILTRES_LIEU, VUES, Requete
from fce.referentiels import naf, territoires
from fce.socle.identifiants import reconnaitre
from fce.socle.routes import Qui, Voie, acces
from fce.socle.texte import normaliser_requete

UN_AN = 365 * 24 * 3600
CHOIX_RETENUS = {"vue": VUES, "affichage": presentation.AFFICHAGES}
"""Parameters remembered in a cookie of their name, and their values; the first one is the default."""
GROUPES_DE_CASES = ("tranche_effectif", "categorie", "categorie_juridique")
OUI_NON = {
    "entreprises": ("employeur", "ess", "societe_mission"),
    "etablissements": ("siege", "employeur", "ess", "societe_mission"),
}


@acces(Qui.TOUS)
def resultats(request: HttpRequest) -> HttpResponse:
    """The results page; a query that is one exact number goes straight to the sheet."""
    canonique = _adresse_complete(request)
    if canonique is not None:
        return _retenir(request, HttpResponseRedirect(canonique))
    requete = Requete.depuis(request.GET)
    affichage = _affichage(request.GET)
    trouves = selectors.rechercher(requete)
    if trouves.redirection:
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(trouves.redirection)
        return HttpResponseRedirect(trouves.redirection)
    if trouves.total and requete.page > trouves.pages:
        return HttpResponseRedirect(f"{request.path}?{presentation.adresse(requete, affichage, page=trouves.pages)}")
    adresse = presentation.adresse(requete, affichage)
    reponse = render(request, "recherche/resultats.html", _contexte(requete, affichage, trouves, adresse))
    if getattr(request, "htmx", False):
        push_url(reponse, f"{request.path}?{adresse}")
    return _retenir(request, reponse)


@acces(Qui.TOUS, voie=Voie.FRAGMENT)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Fragment: companies whose name begins like what is being typed."""
    texte = normaliser_requete(request.GET.get("q", ""))
    trouvees = selectors.suggerer(texte) if len(texte) > 1 else []
    return render(request, "recherche/_suggestions.html", {"suggestions": trouvees, "texte": texte})


@acces(Qui.TOUS, voie=Voie.FRAGMENT)
def lieux(request: HttpRequest) -> HttpResponse:
    """Fragment: places by name or number."""
    texte = normaliser_requete(request.GET.get("lieu", ""))
    trouves = territoires.chercher_lieux(texte, 8) if len(texte) > 1 else []
    return render(request, "recherche/_lieux.html", {"lieux": trouves})


@acces(Qui.TOUS, voie=Voie.FRAGMENT)
def activites(request: HttpRequest) -> HttpResponse:
    """Fragment: activities of the NAF by words or code."""
    texte = normaliser_requete(request.GET.get("activite", ""))
    return render(request, "recherche/_activites.html", {"activites": naf.chercher(texte, 8) if len(texte) > 1 else []})


@acces(Qui.TOUS, voie=Voie.FICHIER)
def export_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All the results as a streamed CSV file."""
    return exports.csv(Requete.depuis(request.GET))


@acces(Qui.TOUS, voie=Voie.FICHIER)
def export_xlsx(request: HttpRequest) -> FileResponse:
    """All the results (up to the rows of a sheet) as a workbook, with a sheet that says where they come from."""
    return exports.xlsx(Requete.depuis(request.GET), request.build_absolute_uri(reverse("recherche:resultats")))


def _contexte(requete: Requete, affichage: str, trouves: selectors.Resultats, adresse: str) -> dict[str, object]:
    etablissements = requete.vue == "etablissements"
    facettes = trouves.facettes
    lien: Callable[..., str] = lambda **changements: presentation.adresse(requete, affichage, **changements)  # noqa: E731
    return {
        "requete": requete,
        "q_courant": requete.q,
        "resultats": trouves,
        "affichage": affichage,
        "adresse": adresse,
        "unites": "établissement,établissements" if etablissements else "entreprise,entreprises",
        "etiquettes": presentation.etiquettes(requete, affichage),
        "tout_effacer": urlencode({"q": requete.q, "vue": requete.vue}),
        "vues": [
            {"libelle": "Entreprises", "adresse": lien(vue="entreprises"), "active": not etablissements},
            {"libelle": "Établissements", "adresse": lien(vue="etablissements"), "active": etablissements},
        ],
        "affichages": [
            {"libelle": "Liste", "adresse": presentation.adresse(requete, "liste"), "actif": affichage == "liste"},
            {
                "libelle": "Tableau",
                "adresse": presentation.adresse(requete, "tableau"),
                "actif": affichage == "tableau",
            },
        ],
        "lieux": [presentation.groupe(requete, nom, facettes) for nom in FILTRES_LIEU],
        "lieux_actifs": sum(len(requete.filtres.get(nom, ())) for nom in FILTRES_LIEU),
        "activites": presentation.groupe(requete, "naf", facettes),
        "groupes": [presentation.groupe(requete, nom, facettes) for nom in GROUPES_DE_CASES],
        "declares": presentation.groupes_declares(requete, facettes),
        "dirigeants": requete.filtres.get(DIRIGEANT, ()),
        "dirigeant": requete.filtres.get(DIRIGEANT, ("",))[0],
        "etats": presentation.ETATS.items(),
        "oui_non": [
            (nom, presentation.TITRES[nom], requete.filtres.get(nom, ("",))[0]) for nom in OUI_NON[requete.vue]
        ],
        "dates": [(nom, presentation.TITRES[nom], requete.filtres.get(nom, ("",))[0]) for nom in FILTRES_DATES],
        "champs_du_tri": [
            *requete.parametres(tri=None, vue=requete.vue),
            *([("affichage", affichage)] if affichage != "liste" else []),
        ],
        "proches": [] if trouves.total else _noms_proches(requete.q),
        "toutes": lien(etat="tous") if requete.etat == "actif" else None,
        "tris": presentation.TRIS.items(),
        "tri_courant": requete.tri,
        "colonnes": [
            presentation.colonne(requete, affichage, titre, tri)
            for titre, tri in (
                ("Nom", "nom"),
                ("Commune", "commune"),
                ("Effectif", "effectif"),
                ("Création", "creation"),
            )
        ],
        "pages": [
            (numero, numero and lien(page=numero))
            for numero in presentation.pages_voisines(trouves.page, trouves.pages)
        ],
        "page_precedente": lien(page=trouves.page - 1) if trouves.page > 1 else None,
        "page_suivante": lien(page=trouves.page + 1) if trouves.page < trouves.pages else None,
    }


def _noms_proches(q: str) -> list[selectors.Suggestion]:
    """Return the names that look like what found nothing: the whole text, else its longest word."""
    if not q or reconnaitre(q) is not None:
        return []
    return selectors.suggerer(q, 5) or selectors.suggerer(max(q.split(), key=len), 5)


def _affichage(params: QueryDict) -> str:
    affichage = params.get("affichage")
    return affichage if affichage in presentation.AFFICHAGES else presentation.AFFICHAGES[0]


def _adresse_complete(request: HttpRequest) -> str | None:
    """Return the address to go to when this one leaves something to guess, else ``None``.

    Guessed: the view and layout used last time (from their cookies), and the activity typed in words by a browser
    without JavaScript. The address then shows them: it means the same to whoever receives it. Empty fields are dropped.
    """
    params = request.GET.copy()
    for nom in [nom for nom in params if nom not in ("q", "activite") and not any(params.getlist(nom))]:
        del params[nom]
    for nom, valeurs in CHOIX_RETENUS.items():
        retenu = request.COOKIES.get(nom)
        if nom not in params and retenu in valeurs[1:]:
            params[nom] = retenu
    for texte in params.pop("activite", []):
        texte = normaliser_requete(texte)
        trouvees = naf.chercher(texte, 1) if texte else []
        if trouvees:
            params.appendlist("naf", trouvees[0].code)
        elif texte:
            params.appendlist("naf", texte)  # refused by ``Requete`` with its sentence
    if len(params.getlist("naf")) > 1:
        params.setlist("naf", presentation.naf_les_plus_precis(params.getlist("naf")))
    return None if params == request.GET else f"{request.path}?{params.urlencode()}"


def _retenir(request: HttpRequest, reponse: HttpResponse) -> HttpResponse:
    """Remember the view and layout that were chosen."""
    for nom, valeurs in CHOIX_RETENUS.items():
        choisi = request.GET.get(nom)
        if choisi in valeurs and choisi != request.COOKIES.get(nom, valeurs[0]):
            reponse.set_cookie(nom, choisi, max_age=UN_AN, samesite="Lax", httponly=True, secure=request.is_secure())
    patch_vary_headers(reponse, ["Cookie", "HX-Request"])
    return reponse
