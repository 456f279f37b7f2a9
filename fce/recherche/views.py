"""Search pages: results, suggestions, exports. They read through ``Requete`` and ``selectors``."""

from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, push_url

from fce.droits.comptes.requete import compte_de
from fce.recherche.engines.port import Moteur
from fce.recherche.question import lieux_du_lecteur, mots_en_filtres, numeros
from fce.recherche.question.requete import VUES, Requete
from fce.recherche.reponse import carte, exports, page, panneau, sans_resultat, selectors, suggestions as propositions
from fce.referentiels import activites as activites_de, territoires
from fce.socle.texte.identifiants import chiffres_seuls, reconnaitre
from fce.socle.texte.pliage import normaliser_requete
from fce.socle.web.evenements import signaler_une_page
from fce.socle.web.offres import actions_de_la_liste
from fce.socle.web.routes import Qui, Surface, Voie, acces

UN_AN = 365 * 24 * 3600
TEMOIN_DES_NOMBRES = "nombres"
"""Session cookie of a browser that has requested a fragment: its pages then load their counts after the list."""
CHOIX_RETENUS = {"vue": VUES, "affichage": page.AFFICHAGES[:2]}
"""Parameters remembered in a cookie of the same name, with their values; the first one is the default. A map is never
remembered: it costs more than a list."""


@acces(Qui.TOUS)
def resultats(request: HttpRequest) -> HttpResponse:
    """The results page; a query that is one exact number redirects to the sheet."""
    canonique = _adresse_complete(request)
    if canonique is not None:
        return _retenir(request, HttpResponseRedirect(canonique))
    requete = Requete.depuis(request.GET)
    affichage = _affichage(request.GET)
    plus_tard = _sait_demander_les_nombres(request)
    machine = selectors.memoire()
    trouves = selectors.rechercher(requete, () if plus_tard else panneau.comptes_montres(), machine=machine)
    if trouves.redirection:
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(trouves.redirection)
        return HttpResponseRedirect(trouves.redirection)
    if trouves.total and requete.page > trouves.pages:
        return HttpResponseRedirect(f"{request.path}?{page.adresse(requete, affichage, page=trouves.pages)}")
    if requete.page == 1:
        compte = compte_de(request)
        signaler_une_page("recherche", request, qui=compte.identifiant if compte and compte.agent else "")
    adresse = page.adresse(requete, affichage)
    contexte = _contexte(request, requete, affichage, trouves, machine)
    if affichage == "carte" and trouves.resultats:
        contexte["vue_carte"] = carte.carte_des_resultats(machine, requete, trouves)
    contexte["nombres_plus_tard"] = plus_tard and bool(trouves.total)
    reponse = render(request, "recherche/resultats.html", contexte)
    if getattr(request, "htmx", False):
        push_url(reponse, f"{request.path}?{adresse}")
    return _retenir(request, reponse)


@acces(Qui.TOUS, voie=Voie.FRAGMENT)
def colonne(request: HttpRequest) -> HttpResponse:
    """Fragment: the filter panel with its counts, requested by a page displayed without them."""
    requete, affichage = Requete.depuis(request.GET), _affichage(request.GET)
    # The whole page: if it hides somebody masked since the index was built, so does this column.
    trouves = selectors.rechercher(requete, panneau.comptes_montres(), sobre=True)
    contexte = {
        "requete": requete,
        "affichage": affichage,
        "etiquettes": page.etiquettes(requete, affichage, lieux_du_lecteur.lieux_de(request)),
        **panneau.panneau(requete, trouves.facettes),
    }
    return _retenir(request, render(request, "recherche/_filtres.html", contexte))


@acces(Qui.TOUS, voie=Voie.FRAGMENT)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Fragment: companies, activities, places and people that the text being typed may mean."""
    groupes = propositions.suggerer(request.GET.get("q", ""), reverse("recherche:resultats"))
    return _retenir(request, render(request, "recherche/_suggestions.html", {"groupes": groupes}))


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
    trouvees = activites_de.chercher(texte, 8, selectors.naf_de_tete()) if len(texte) > 1 else []
    return render(request, "recherche/_activites.html", {"activites": trouvees})


@acces(Qui.TOUS, voie=Voie.FICHIER, surface=Surface.CSV)
def export_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All the results as a streamed CSV file."""
    return exports.csv(Requete.depuis(request.GET), anonyme=compte_de(request) is None)


@acces(Qui.TOUS, voie=Voie.FICHIER, surface=Surface.XLSX)
def export_xlsx(request: HttpRequest) -> FileResponse:
    """All the results (up to the rows of a sheet) as a workbook, with a provenance sheet."""
    adresse = request.build_absolute_uri(reverse("recherche:resultats"))
    return exports.xlsx(Requete.depuis(request.GET), adresse, anonyme=compte_de(request) is None)


def _sait_demander_les_nombres(request: HttpRequest) -> bool:
    """Whether this browser has shown that it runs our scripts: it then requests the counts after the list."""
    return bool(getattr(request, "htmx", False)) or request.COOKIES.get(TEMOIN_DES_NOMBRES) == "apres"


def _contexte(
    request: HttpRequest, requete: Requete, affichage: str, trouves: selectors.Resultats, machine: Moteur
) -> dict[str, object]:
    lieux = lieux_du_lecteur.lieux_de(request)
    proche = sans_resultat.alentours(machine, trouves.compris, affichage, lieux) if trouves.compris else None
    return {
        "proche": proche,
        # Words read as an activity and a place that are searched literally keep their own title.
        "sans_reponse": proche.compris.titre if proche and not trouves.total and requete.q == proche.q else "",
        "requete": requete,
        "q_courant": requete.tapee,
        "resultats": trouves,
        "affichage": affichage,
        "adresse": page.adresse(requete, affichage),
        "gestes": actions_de_la_liste(request) if trouves.resultats else [],
        "unites": "établissement,établissements" if requete.vue == "etablissements" else "entreprise,entreprises",
        "etiquettes": page.etiquettes(requete, affichage, lieux),
        "autrement": [] if trouves.incomplets else _autrement(requete, affichage, lieux, trouves, machine),
        "tout_effacer": urlencode({"q": requete.tapee, "vue": requete.vue}),
        "proches": [] if trouves.total or proche else _noms_proches(requete.tapee),
        "essais": [] if trouves.total or proche else sans_resultat.essais(machine, requete, affichage),
        **page.onglets(requete, affichage),
        **page.tris(requete, affichage),
        **page.pagination(requete, affichage, trouves),
        **panneau.panneau(requete, trouves.facettes),
    }


def _autrement(
    requete: Requete, affichage: str, lieux: lieux_du_lecteur.Lieux, trouves: selectors.Resultats, machine: Moteur
) -> list[tuple[mots_en_filtres.Offre, str]]:
    """Return the other ways to take the words typed, without those that no result holds, each with its address."""
    utiles = page.sans_les_mots(requete, trouves.laisses)
    offres = selectors.autrement(utiles, lieux, trouves.total, machine) if requete.page == 1 else []
    return [(offre, page.adresse(offre.requete, affichage)) for offre in offres]


def _noms_proches(q: str) -> list[selectors.Suggestion]:
    """Return names like a text that found nothing: like the whole text, else like its longest word."""
    if not q:
        return []
    if chiffres_seuls(q) or reconnaitre(q) is not None:
        return selectors.suggerer(q, 5)
    return selectors.suggerer(q, 5) or selectors.suggerer(max(q.split(), key=len), 5)


def _affichage(params: QueryDict) -> str:
    affichage = params.get("affichage")
    return affichage if affichage in page.AFFICHAGES else page.AFFICHAGES[0]


def _adresse_complete(request: HttpRequest) -> str | None:
    """Return the address to redirect to when this one leaves something implicit, else ``None``.

    Implicit: the last view and layout used (from their cookies), an activity typed in words without JavaScript, and the
    filters read in the search box when nothing else is asked (``mots_en_filtres``). The explicit address means the same
    to anybody who receives it. Empty fields are dropped.
    """
    params = request.GET.copy()
    for nom in [nom for nom in params if nom not in ("q", "activite") and not any(params.getlist(nom))]:
        del params[nom]
    juste_tapee = [*params] == ["q"]
    numero = reconnaitre(normaliser_requete(params.get("q", "")))
    for nom, valeurs in CHOIX_RETENUS.items() if numero is None else ():
        retenu = request.COOKIES.get(nom)
        if nom not in params and retenu in valeurs[1:]:
            params[nom] = retenu
    for texte in params.pop("activite", []):
        texte = normaliser_requete(texte)
        trouvees = activites_de.chercher(texte, 1, selectors.naf_de_tete()) if texte else []
        if trouvees:
            params.appendlist("naf", trouvees[0].code)
        elif texte:
            params.appendlist("naf", texte)  # ``Requete`` refuses it with its own sentence
    if len(params.getlist("naf")) > 1:
        params.setlist("naf", page.naf_les_plus_precis(params.getlist("naf")))
    if juste_tapee:
        tapee = Requete.depuis(params)
        comprise = selectors.comprendre(tapee, lieux_du_lecteur.lieux_de(request))
        if comprise is not tapee:
            return f"{request.path}?{page.adresse(comprise, _affichage(params))}"
    return None if params == request.GET else f"{request.path}?{params.urlencode()}"


def _retenir(request: HttpRequest, reponse: HttpResponse) -> HttpResponse:
    """Remember the chosen view and layout in cookies; not the view that the beginning of a SIRET asks for by itself."""
    impose = bool(numeros.debut_de_siret(normaliser_requete(request.GET.get("q", ""))))
    for nom, valeurs in CHOIX_RETENUS.items():
        choisi = None if impose and nom == "vue" else request.GET.get(nom)
        if choisi in valeurs and choisi != request.COOKIES.get(nom, valeurs[0]):
            reponse.set_cookie(nom, choisi, max_age=UN_AN, samesite="Lax", httponly=True, secure=request.is_secure())
    if getattr(request, "htmx", False) and TEMOIN_DES_NOMBRES not in request.COOKIES:
        reponse.set_cookie(TEMOIN_DES_NOMBRES, "apres", samesite="Lax", httponly=True, secure=request.is_secure())
    patch_vary_headers(reponse, ["Cookie", "HX-Request"])
    return reponse
