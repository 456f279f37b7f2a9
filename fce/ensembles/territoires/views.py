"""Pages of a territory: its exceptions, its establishments, its figures, which of them to keep as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from msgspec.structs import replace as remplacer

from fce.donnees.entreprises.cartes import SiteDeCarte, carte_des_sites
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations import matrice
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import acteur_de_la_requete, lecteur_de
from fce.ensembles.listes.objets import LISTE
from fce.ensembles.listes.origines import UniteProposee
from fce.ensembles.listes.saisies import AJOUT_MAX
from fce.ensembles.listes.views_origines import choisir_une_liste, peut_garder
from fce.ensembles.territoires import (
    chiffres as chiffres_du_territoire,
    comparaison,
    liens,
    lieux,
    puces,
    selectors,
)
from fce.ensembles.territoires.exceptions import JAMAIS, PERIODE, PERIODES_D_EXCEPTIONS, TOUT, LectureDExceptions
from fce.ensembles.territoires.formulaires import FormulaireChoixDeTerritoire, FormulaireDeTerritoire
from fce.ensembles.territoires.lignes import PageDExceptions, page_d_exceptions
from fce.ensembles.territoires.ouvertures import fermees
from fce.ensembles.territoires.selection import Selection
from fce.ensembles.territoires.selectors import LectureDeTerritoire
from fce.ensembles.territoires.sommes import CHIFFRES
from fce.fiche.lecture.consignation import sans_journal
from fce.recherche.question.etiquettes import etiqueter
from fce.recherche.question.filtres import LIEUX
from fce.socle.web.pages import carte_demandee, parametres_sans
from fce.socle.web.routes import Qui, Surface, acces

_PAGES: Final = ("territoire", "etablissements", "chiffres", "demande-de-fichier")


@acces(Qui.AGENT)
def choix(request: RequeteConnectee) -> HttpResponse:
    """Choose a territory; the reader's own ones are at hand."""
    cherche = any(nom in request.GET for nom in FormulaireChoixDeTerritoire.base_fields)
    formulaire = FormulaireChoixDeTerritoire(request.GET if cherche else None)
    if cherche and formulaire.is_valid():
        return HttpResponseRedirect(liens.adresse("territoire", *formulaire.choisi))
    lecteur = lecteur_de(request)
    miens = liens.siens(matrice.territoire(acteur_de_la_requete(request), timezone.now()))
    contexte = {
        "formulaire": formulaire,
        "suite": f"?{request.GET.urlencode()}" if request.GET and not cherche else "",
        "miens": [
            (lieux.trouver(genre, code, lecteur), liens.adresse("territoire", genre, code)) for genre, code in miens
        ],
    }
    return render(request, "territoires/choix.html", contexte, status=400 if formulaire.errors else 200)


@acces(Qui.AGENT, surface=Surface.LISTE)
def territoire(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """What is out of the ordinary in a territory, gravest first."""
    lecteur = lecteur_de(request)
    choisi = lieux.trouver(genre, code, lecteur)
    # No column is read, and nothing is sorted.
    formulaire = FormulaireDeTerritoire.de(lecteur, request.GET)
    selection = replace(formulaire.selection(request.GET, exacte=False), colonnes=(), tri="tranche")
    vue = sans_journal(partial(_exceptions, request.GET, choisi, selection), lecteur, partie_ouverte=True)
    cadre = _cadre(request, vue.vue.lecture, puces.DITES)
    comptees = {x.code: x for x in (*vue.vue.montrees, *vue.vue.autres)}
    jamais = comptees.get(JAMAIS)
    contexte: dict[str, Any] = {
        **cadre,
        "vue": vue,
        "page": vue.page,
        "comptees": vue.vue.montrees,
        "motifs": sum(x.nombre for x in vue.vue.montrees),
        "ouverte": comptees.get(vue.code),
        "jamais": jamais,
        "deja": jamais.nombre - vue.jamais_total if jamais else 0,
        "puces": puces.puces(request.GET, formulaire, vue),
        "sans_exception": parametres_sans(QueryDict(cadre["suite"]), "exception").urlencode(),
    }
    if carte_demandee(request):
        situes = (*vue.lignes, *vue.jamais)
        contexte["sur_carte"] = [
            carte_des_sites(
                SiteDeCarte(x.numero, x.nom, f"#l-{x.numero}", any(f.grave for f in x.faits)) for x in situes
            )
        ]
    return render(request, "territoires/territoire.html", contexte, status=400 if formulaire.errors else 200)


def _exceptions(
    params: QueryDict, choisi: lieux.TerritoireChoisi, selection: Selection, lecteur: LecteurDeDonnees
) -> PageDExceptions:
    voulue = params.get("depuis", "")
    periode = voulue if voulue in PERIODES_D_EXCEPTIONS else PERIODE
    lecture = LectureDExceptions.de(lecteur, choisi, selection, periode=periode)
    return page_d_exceptions(lecture, params.get("exception", ""), params.get("page"), _suite(params))


@acces(Qui.AGENT)
def alarmes(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """The former page of alarms: its filters, and its reason when there was one only, are those of the territory."""
    suite, motifs = parametres_sans(request.GET, "motif", "depuis", "page"), request.GET.getlist("motif")
    if len(motifs) == 1:
        suite["exception"], suite["depuis"] = motifs[0], TOUT
    return HttpResponseRedirect(f"{liens.adresse('territoire', genre, code)}?{suite.urlencode()}".rstrip("?"))


@acces(Qui.AGENT, surface=Surface.LISTE)
def etablissements(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """The establishments of a territory, filtered, sorted, with the facts of the reader's sources."""
    lecteur = lecteur_de(request)
    choisi = lieux.trouver(genre, code, lecteur)
    formulaire = FormulaireDeTerritoire.de(lecteur, request.GET)
    selection = formulaire.selection(request.GET, exacte=False)
    vue = sans_journal(
        lambda qui: selectors.page_du_territoire(qui, choisi, selection, request.GET.get("page")),
        lecteur,
        partie_ouverte=True,
    )
    contexte: dict[str, Any] = {
        **_cadre(request, vue.lecture, ("naf",)),
        "formulaire": formulaire,
        "gardes": _gardes(request, formulaire),
        "champs": [champ for champ in formulaire.visible_fields() if champ.name != "colonnes"],
        "vue": vue,
        "page": vue.page,
        "fermees": fermees((o.mesure.titre, o) for o in vue.lecture.mesures.values()),
        "filtre": selection.filtree,
        "titres": [f.titre for f in vue.lignes[0].faits] if vue.lignes else [],
    }
    return render(request, "territoires/etablissements.html", contexte, status=400 if formulaire.errors else 200)


@acces(Qui.AGENT, surface=Surface.LISTE)
def chiffres(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """Sums over the establishments of a territory that fit the filters of its page."""
    lecteur = lecteur_de(request)
    choisi = lieux.trouver(genre, code, lecteur)
    selection = FormulaireDeTerritoire.de(lecteur, request.GET).selection(request.GET)
    parametres = parametres_sans(request.GET, "page", "tri", "colonnes")
    vue = sans_journal(
        lambda qui: chiffres_du_territoire.chiffres_de(qui, choisi, selection, parametres), lecteur, partie_ouverte=True
    )
    sommees = {chiffre.mesure for chiffre in CHIFFRES.values()}
    contexte = {
        **_cadre(request, vue.lecture),
        "vue": vue,
        "titres": [chiffre.titre for chiffre in CHIFFRES.values()],
        "fermees": fermees((o.mesure.titre, o) for m, o in vue.lecture.mesures.items() if m in sommees),
        "filtre": selection.en_clair(),
        "liste": f"{liens.adresse('etablissements', genre, code)}?{parametres.urlencode()}",
    }
    return render(request, "territoires/chiffres.html", contexte)


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def liste(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """Establishments of the page ticked, or all those of the filters, to add to a list."""
    lecteur = lecteur_de(request)
    lecteur.exiger(LISTE)
    choisi = lieux.trouver(genre, code, lecteur)
    # Only the facts that filter or sort are read: the page shows none.
    choisie = FormulaireDeTerritoire.de(lecteur, request.GET).selection(request.GET)
    selection, total, ouvert = replace(choisie, colonnes=()), 0, "etablissements"
    if "exception" in request.GET:
        vue = _exceptions(request.GET, choisi, replace(selection, tri="tranche"), lecteur)
        ouvert = "territoire"
        proposes = [UniteProposee(x.numero, x.nom, x.ou) for x in (*vue.lignes, *vue.jamais)]
    else:
        trouves = selectors.page_du_territoire(lecteur, choisi, selection, request.GET.get("page"))
        proposes = [UniteProposee(ligne.siret, ligne.lieu.nom, ligne.lieu.commune or "") for ligne in trouves.lignes]
        total = trouves.page.paginator.count
    if voulus := request.GET.getlist("n"):
        proposes, total = [p for p in proposes if p.numero in voulus], 0

    return choisir_une_liste(
        request,
        lecteur,
        "d’un territoire",
        proposes,
        retour=f"{liens.adresse(ouvert, genre, code)}?{parametres_sans(request.GET, 'n').urlencode()}",
        tous=lambda: selectors.sirets(lecteur, choisi, selection, AJOUT_MAX),
        tout=total if total > len(proposes) else 0,
    )


@acces(Qui.AGENT, surface=Surface.LISTE)
def comparer(request: RequeteConnectee) -> HttpResponse:
    """Establishments side by side, or one beside the quartiles of its section and size in its région."""
    if "n" not in request.GET:
        return HttpResponseRedirect(reverse("territoires:choix"))
    vue = comparaison.comparer(lecteur_de(request), request.GET.getlist("n"))
    titres = [fait.titre for fait in vue.compares[0].faits]
    contexte = {
        "vue": vue,
        "lignes": [(titre, [(c.lieu.nom, c.faits[rang]) for c in vue.compares]) for rang, titre in enumerate(titres)],
        "comptes": [
            (titre, [(c.lieu.nom, dict(c.comptes).get(titre, "aucun compte public connu")) for c in vue.compares])
            for titre in comparaison.COMPTES_DITS
        ],
        "pairs_min": comparaison.PAIRS_MIN,
        "comptes_ans": comparaison.COMPTES_ANS,
        "fermees": fermees((o.mesure.titre, o) for o in vue.ouvertures.values()),
    }
    return render(request, "territoires/comparaison.html", contexte)


def _cadre(request: RequeteConnectee, lecture: LectureDeTerritoire, dites: Sequence[str] = ()) -> dict[str, Any]:
    """The head of the pages, which keep their filters from one to the other, and what may be done of a territory.
    ``dites``: filters that the page says elsewhere."""
    choisi, gardes = lecture.territoire, parametres_sans(_suite(request.GET), "exception", "depuis")
    suite = f"?{gardes.urlencode()}" if gardes else ""
    renvoyes = parametres_sans(request.GET, "fait", "choisir", "n")
    poses = {nom: valeurs for nom, valeurs in lecture.selection.requete.filtres.items() if nom not in dites}
    return {
        "lecture": lecture,
        "a_preparer": selectors.NON_PREPARE,
        "territoire": choisi,
        "genre": lieux.GENRES_DE_TERRITOIRE[choisi.genre],
        "ici": {nom.partition("-")[0]: f"{liens.adresse(nom, choisi.genre, choisi.code)}{suite}" for nom in _PAGES},
        "csv": _en_csv(choisi, lecture.selection, gardes),
        "suivre": _suivre(choisi, lecture.selection),
        "filtres": _filtres(request, poses),
        "suite": _suite(request.GET).urlencode(),
        # What the form that chooses lines sends again, so that the next page finds the same ones.
        "champs_gardes": [(nom, valeur) for nom, valeurs in renvoyes.lists() for valeur in valeurs],
        "choisir": "choisir" in request.GET,
        "listes": peut_garder(request),
    }


def _suite(params: QueryDict) -> QueryDict:
    """The parameters of a page that its other pages keep."""
    return parametres_sans(params, "page", "fait", "choisir", "n")


def _gardes(request: RequeteConnectee, formulaire: forms.Form) -> list[tuple[str, str]]:
    """Parameters of the page that are not fields of its form, which must not lose them."""
    propres = {*formulaire.fields, "page", "fait"}
    return [(nom, valeur) for nom, valeurs in request.GET.lists() if nom not in propres for valeur in valeurs]


def _en_csv(choisi: lieux.TerritoireChoisi, selection: Selection, parametres: QueryDict) -> str:
    """Address of the file of open columns; "" when a filter or the order is on restricted facts."""
    if selection.mesures_utilisees:
        return ""
    ouverts = parametres_sans(parametres, "colonnes").urlencode()
    return f"{liens.adresse('export', choisi.genre, choisi.code)}?{ouverts}".rstrip("?")


def _suivre(choisi: lieux.TerritoireChoisi, selection: Selection) -> str:
    """Address to follow what is asked for as a search, when it asks only for open data; "" otherwise: a follow is run
    without its owner, therefore without his rights."""
    if not settings.FCE_ECHANGES or selection.reserves or selection.au_moins or choisi.genre not in LIEUX:
        return ""
    filtres = {**selection.requete.filtres, choisi.genre: (choisi.code,)}
    suivie = remplacer(selection.requete, filtres=filtres)
    return f"{reverse('echanges:suivre-recherche')}?{suivie.query_string(page=None, vue='etablissements')}"


def _filtres(request: RequeteConnectee, poses: Any) -> list[tuple[str, str]]:
    """Words and active filters of the search, each with the address without it."""
    sortie = []
    if mots := request.GET.get("q", "").strip():
        sortie.append((f"« {mots} »", f"?{parametres_sans(request.GET, 'q', 'saisie', 'page').urlencode()}"))
    for etiquette in etiqueter(poses):
        parametres = parametres_sans(request.GET, "page")
        for nom, reste in etiquette.sans.items():
            parametres.setlist(nom, [*reste] if isinstance(reste, list) else [])
        sortie.append((etiquette.libelle, f"?{parametres.urlencode()}"))
    return sortie
