"""Pages of a territory: its establishments, its alarms, which of them to keep as a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from msgspec.structs import replace as remplacer

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations import matrice
from fce.droits.habilitations.requete import acteur_de_la_requete, lecteur_de
from fce.ensembles.listes.acces import modifiables
from fce.ensembles.listes.objets import LISTE
from fce.ensembles.listes.origines import UniteProposee
from fce.ensembles.listes.saisies import AJOUT_MAX
from fce.ensembles.listes.views_origines import choisir_une_liste, cochees, peut_garder
from fce.ensembles.territoires import (
    alarmes as alarmes_du_territoire,
    chiffres as chiffres_du_territoire,
    comparaison,
    liens,
    lieux,
    selectors,
)
from fce.ensembles.territoires.demande import DemandeLue
from fce.ensembles.territoires.fichiers import NON_PREPARE
from fce.ensembles.territoires.formulaires import (
    FormulaireAlarmes,
    FormulaireChoixDeTerritoire,
    FormulaireDeTerritoire,
    requete_de,
)
from fce.ensembles.territoires.ouvertures import fermees, ouvertures
from fce.ensembles.territoires.sommes import CHIFFRES
from fce.fiche.lecture.consignation import sans_journal
from fce.recherche.question.etiquettes import etiqueter
from fce.recherche.question.filtres import LIEUX
from fce.socle.web.routes import Qui, Surface, acces


@acces(Qui.AGENT)
def choix(request: RequeteConnectee) -> HttpResponse:
    """Choose a territory; the reader's own ones are at hand."""
    demande = any(nom in request.GET for nom in FormulaireChoixDeTerritoire.base_fields)
    formulaire = FormulaireChoixDeTerritoire(request.GET if demande else None)
    if demande and formulaire.is_valid():
        return HttpResponseRedirect(liens.adresse("territoire", *formulaire.choisi))
    lecteur = lecteur_de(request)
    miens = liens.siens(matrice.territoire(acteur_de_la_requete(request), timezone.now()))
    contexte = {
        "formulaire": formulaire,
        "suite": f"?{request.GET.urlencode()}" if request.GET and not demande else "",
        "miens": [
            (lieux.trouver(genre, code, lecteur), liens.adresse("territoire", genre, code)) for genre, code in miens
        ],
    }
    return render(request, "territoires/choix.html", contexte, status=400 if formulaire.errors else 200)


@acces(Qui.AGENT, surface=Surface.LISTE)
def territoire(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """The establishments of a territory, filtered, sorted, with the facts of the reader's sources."""
    lecteur = lecteur_de(request)
    lu = lieux.trouver(genre, code, lecteur)
    ouvertes = ouvertures(lecteur, selectors.derniere_preparation())
    formulaire = FormulaireDeTerritoire(ouvertes, request.GET)
    demande = formulaire.demande(request.GET, exacte=False)
    vue = sans_journal(
        lambda qui: selectors.lire(qui, lu, demande, request.GET.get("page")), lecteur, partie_ouverte=True
    )
    parametres = request.GET.copy()
    for nom in ("page", "fait"):
        parametres.pop(nom, None)
    contexte: dict[str, Any] = {
        **_cadre(request, lu, "territoire"),
        "formulaire": formulaire,
        "gardes": _gardes(request, formulaire),
        "champs": [champ for champ in formulaire.visible_fields() if champ.name != "colonnes"],
        "vue": vue,
        "page": vue.page,
        "fermees": fermees((o.mesure.titre, o) for o in vue.ouvertures.values()),
        "filtres": _filtres(request, {n: v for n, v in demande.requete.filtres.items() if n != "naf"}),
        "filtre": bool(demande.reserves or demande.au_moins or demande.requete.filtres or demande.requete.q),
        "titres": [f.titre for f in vue.lignes[0].faits] if vue.lignes else [],
        "suite": parametres.urlencode(),
        "csv": _en_csv(lu, demande, parametres),
        "suivre": _suivre(lu, demande),
        "listes": peut_garder(request) and bool(vue.lignes),
        "a_preparer": NON_PREPARE,
    }
    reponse = render(request, "territoires/territoire.html", contexte, status=400 if formulaire.errors else 200)
    reponse["Cache-Control"] = "no-store"
    return reponse


@acces(Qui.AGENT, surface=Surface.LISTE)
def alarmes(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """The companies of a territory that have an alarm, gravest first."""
    lecteur = lecteur_de(request)
    lu = lieux.trouver(genre, code, lecteur)
    formulaire, demande = FormulaireAlarmes(request.GET), DemandeLue(requete_de(request.GET))
    vue = sans_journal(
        lambda qui: alarmes_du_territoire.lire(
            qui, lu, formulaire.motifs, formulaire.jour, request.GET.get("page"), demande
        ),
        lecteur,
        partie_ouverte=True,
    )
    parametres = request.GET.copy()
    parametres.pop("page", None)
    contexte = {
        **_cadre(request, lu, "alarmes"),
        "formulaire": formulaire,
        "gardes": _gardes(request, formulaire),
        "filtres": _filtres(request, demande.requete.filtres),
        "vue": vue,
        "page": vue.page,
        "suite": parametres.urlencode(),
        "a_preparer": NON_PREPARE,
    }
    reponse = render(request, "territoires/alarmes.html", contexte, status=400 if formulaire.errors else 200)
    reponse["Cache-Control"] = "no-store"
    return reponse


@acces(Qui.AGENT, surface=Surface.LISTE)
def chiffres(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """Sums over the establishments of a territory that fit the filters of its page."""
    lecteur = lecteur_de(request)
    lu = lieux.trouver(genre, code, lecteur)
    formulaire = FormulaireDeTerritoire(ouvertures(lecteur, selectors.derniere_preparation()), request.GET)
    demande = formulaire.demande(request.GET)
    parametres = request.GET.copy()
    for nom in ("page", "tri", "colonnes"):
        parametres.pop(nom, None)
    vue = sans_journal(
        lambda qui: chiffres_du_territoire.lire(qui, lu, demande, parametres), lecteur, partie_ouverte=True
    )
    sommees = {chiffre.mesure for chiffre in CHIFFRES.values()}
    contexte = {
        **_cadre(request, lu, "chiffres"),
        "vue": vue,
        "titres": [chiffre.titre for chiffre in CHIFFRES.values()],
        "fermees": fermees((o.mesure.titre, o) for m, o in vue.ouvertures.items() if m in sommees),
        "filtre": demande.en_clair(),
        "liste": f"{liens.adresse('territoire', genre, code)}?{parametres.urlencode()}",
        "a_preparer": NON_PREPARE,
    }
    reponse = render(request, "territoires/chiffres.html", contexte)
    reponse["Cache-Control"] = "no-store"
    return reponse


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def liste(request: RequeteConnectee, genre: str, code: str) -> HttpResponse:
    """Establishments of the page ticked, or all those of the filters, to add to a list."""
    lecteur = lecteur_de(request)
    lecteur.exiger(LISTE)
    lu = lieux.trouver(genre, code, lecteur)
    formulaire = FormulaireDeTerritoire(ouvertures(lecteur, selectors.derniere_preparation()), request.GET)
    # Only the facts that filter or sort are read: the page shows none.
    demande = replace(formulaire.demande(request.GET), colonnes=())
    vue = selectors.lire(lecteur, lu, demande, request.GET.get("page"))
    proposes = [UniteProposee(ligne.siret, ligne.lieu.nom, ligne.lieu.commune or "") for ligne in vue.lignes]

    def choisis() -> list[str]:
        if request.POST.get("quoi") == "tout":
            return selectors.sirets(lecteur, lu, demande, AJOUT_MAX)
        return cochees(request, proposes)

    total = vue.page.paginator.count
    retour = f"{liens.adresse('territoire', genre, code)}?{request.GET.urlencode()}"
    tout = total if total > len(proposes) else 0
    return choisir_une_liste(
        request, lecteur, modifiables(lecteur), "d’un territoire", proposes, choisis, retour=retour, tout=tout
    )


@acces(Qui.AGENT, surface=Surface.LISTE)
def comparer(request: RequeteConnectee) -> HttpResponse:
    """Establishments side by side, or one beside the quartiles of its section and size in its région."""
    if "n" not in request.GET:
        return HttpResponseRedirect(reverse("territoires:choix"))
    vue = comparaison.lire(lecteur_de(request), request.GET.getlist("n"))
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
    reponse = render(request, "territoires/comparaison.html", contexte)
    reponse["Cache-Control"] = "no-store"
    return reponse


def _cadre(request: RequeteConnectee, lu: lieux.TerritoireChoisi, onglet: str) -> dict[str, Any]:
    """The head of the pages, which keep their filters from one to the other: alarms apply those of the search."""
    gardes = request.GET.copy()
    for nom in ("page", "fait", "motif", "depuis"):
        gardes.pop(nom, None)
    suite = f"?{gardes.urlencode()}" if gardes else ""
    return {
        "territoire": lu,
        "genre": lieux.GENRES_DE_TERRITOIRE[lu.genre],
        "onglets": [
            (titre, f"{liens.adresse(nom, lu.genre, lu.code)}{suite}", nom == onglet)
            for nom, titre in (("territoire", "Établissements"), ("chiffres", "Chiffres"), ("alarmes", "Alarmes"))
        ],
    }


def _gardes(request: RequeteConnectee, formulaire: forms.Form) -> list[tuple[str, str]]:
    """Parameters of the page that are not fields of its form, which must not lose them."""
    propres = {*formulaire.fields, "page", "fait"}
    return [(nom, valeur) for nom, valeurs in request.GET.lists() if nom not in propres for valeur in valeurs]


def _en_csv(lu: lieux.TerritoireChoisi, demande: DemandeLue, parametres: QueryDict) -> str:
    """Address of the file of open columns; "" when a filter or the order is on restricted facts."""
    if demande.mesures_utilisees:
        return ""
    ouverts = parametres.copy()
    ouverts.pop("colonnes", None)
    return f"{liens.adresse('export', lu.genre, lu.code)}?{ouverts.urlencode()}".rstrip("?")


def _suivre(lu: lieux.TerritoireChoisi, demande: DemandeLue) -> str:
    """Address to follow what is asked for as a search, when it asks only for open data; "" otherwise: a follow is run
    without its owner, therefore without his rights."""
    if not settings.FCE_ECHANGES or demande.reserves or demande.au_moins or lu.genre not in LIEUX:
        return ""
    filtres = {**demande.requete.filtres, lu.genre: (lu.code,)}
    suivie = remplacer(demande.requete, filtres=filtres)
    return f"{reverse('echanges:suivre-recherche')}?{suivie.query_string(page=None, vue='etablissements')}"


def _filtres(request: RequeteConnectee, poses: Any) -> list[tuple[str, str]]:
    """Words and active filters of the search, each with the address without it."""
    sortie = []
    if mots := request.GET.get("q", "").strip():
        sans = request.GET.copy()
        for nom in ("q", "saisie", "page"):
            sans.pop(nom, None)
        sortie.append((f"« {mots} »", f"?{sans.urlencode()}"))
    for lue in etiqueter(poses):
        parametres = request.GET.copy()
        for nom, reste in lue.sans.items():
            parametres.setlist(nom, [*reste] if isinstance(reste, list) else [])
        parametres.pop("page", None)
        sortie.append((lue.libelle, f"?{parametres.urlencode()}"))
    return sortie
