"""Pages of reconciled tables: deposit, progress, report, correction, export. Each agent reads his own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django_htmx.http import HttpResponseClientRefresh

from fce.droits.comptes.requete import RequeteConnectee
from fce.echanges.pieces.reception import GuichetPieces, avec_pieces
from fce.ensembles.fichiers.pages import envoyer_aussitot
from fce.ensembles.fichiers.services import AUSSITOT, TROP_LONG
from fce.ensembles.listes.views_origines import peut_garder
from fce.ensembles.rapprochement import lectures, services, tableaux, views_lecture
from fce.ensembles.rapprochement.fichiers import FICHIERS_DE_TABLEAU, contenu
from fce.ensembles.rapprochement.formulaires import ETABLISSEMENTS, FormulaireTableau
from fce.ensembles.rapprochement.models import IssueDeLigne, LigneRapprochee
from fce.socle.erreurs import FCEError, ParametreInvalide
from fce.socle.texte.pliage import lire_entier
from fce.socle.travaux.verrous import seul
from fce.socle.web import actualisation
from fce.socle.web.faits import revenir
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, Surface, Voie, acces

COLLE: Final = "Lignes collées"
DEJA_LU: Final = "Un autre de vos fichiers est en train d’être lu : attendez qu’il le soit."


@acces(Qui.AGENT, ("GET", "POST"), voie=Voie.DEPOT)
@csrf_exempt  # ``avec_pieces`` checks it, after the reader's rights
def accueil(request: RequeteConnectee) -> HttpResponse:
    """One's tables, and the form to deposit another."""
    if request.method == "POST":
        return avec_pieces(request, partial(_deposer, request), 1, tableaux.OCTETS_D_UN_TABLEAU)
    return _accueil(request, FormulaireTableau())


def _deposer(request: RequeteConnectee, guichet: GuichetPieces) -> HttpResponse:
    formulaire = FormulaireTableau(request.POST)
    if not formulaire.is_valid():
        return _accueil(request, formulaire, 400)
    dit, champ = formulaire.cleaned_data, "colle"
    try:
        guichet.rendre()
        if guichet.recues:
            champ = "fichier"
            recue = guichet.recues[0]
            verrou = Path(settings.FCE_DATA_DIR) / "travaux" / f"tableau-{request.compte.pk}.verrou"
            with seul(verrou, DEJA_LU):
                feuilles, nom = tableaux.lire_fichier(recue.chemin), recue.nom
        elif dit["colle"].strip():
            feuilles, nom = tableaux.lire_texte(dit["colle"]), COLLE
        else:
            raise ParametreInvalide("Collez des lignes, ou choisissez un fichier.")
        siret_voulu = dit["cherche"] == ETABLISSEMENTS
        tableau = services.deposer(request.compte, dit["nom"] or nom, feuilles, siret_voulu=siret_voulu)
    except FCEError as erreur:
        formulaire.add_error(champ, erreur.message)
        return _accueil(request, formulaire, erreur.status)
    return redirect("rapprochement:tableau", tableau.pk)


def _accueil(request: RequeteConnectee, formulaire: FormulaireTableau, status: int = 200) -> HttpResponse:
    contexte = {"formulaire": formulaire, "tableaux": lectures.tableaux_de(request.compte)}
    return render(request, "rapprochement/accueil.html", contexte, status=status)


@acces(Qui.AGENT, surface=Surface.LISTE)
def tableau(request: RequeteConnectee, numero: int, erreur: str = "", status: int = 200) -> HttpResponse:
    """The report of a table, by answer, a page at a time; its progress until then, and first how it is read."""
    sien = lectures.trouver(request.compte, numero)
    if not sien.total:
        return views_lecture.montrer(request, sien)
    issue = request.GET.get("reponse", "")
    issue = issue if issue in IssueDeLigne.values else ""
    lignes = sien.lignes.select_related("tableau").defer("tableau__entree", "tableau__lu")
    page = page_de(request, lignes.filter(issue=issue) if issue else lignes, lectures.PAR_PAGE)
    contexte = {
        "tableau": sien,
        "bilan": lectures.bilan(sien),
        "issue": issue,
        "page": page,
        "lignes": lectures.montrer(list(page)),
        "suite": f"reponse={issue}" if issue else "",
        "erreur": erreur,
        "peut_garder": peut_garder(request),
        "aussitot": AUSSITOT,
        **actualisation.contexte(request),
    }
    reponse = render(request, "rapprochement/tableau.html", contexte, status=status)
    return actualisation.actualiser(request, reponse, en_cours=not (sien.fini or sien.arrete))


@acces(Qui.AGENT, voie=Voie.FRAGMENT)
def avancement(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Fragment: how far the worker is; reloads the page at the end, or when it has stopped."""
    sien = lectures.trouver(request.compte, numero)
    if sien.fini or sien.arrete:
        return HttpResponseClientRefresh()
    return render(request, "rapprochement/_avancement.html", {"tableau": sien})


@acces(Qui.AGENT, ("POST",))
def corriger(request: RequeteConnectee, numero: int, ligne: int) -> HttpResponse:
    """Choose a candidate, a number typed, or nobody, for one row; then back to the same rows."""
    choix = request.POST.get("choix", "")
    ecrit = request.POST.get("autre", "") if choix == "autre" else "" if choix == "aucune" else choix
    if not choix or (choix == "autre" and not ecrit.strip()):
        return tableau(request, numero, "Choisissez une réponse, ou écrivez un numéro.", 400)
    try:
        faite: LigneRapprochee = services.corriger(request.compte, numero, ligne, ecrit)
    except ParametreInvalide as erreur:
        return tableau(request, numero, erreur.message, erreur.status)
    reponse = request.POST.get("reponse", "")
    page = lire_entier(request.POST.get("page", ""), 1)
    suite = f"?reponse={reponse}&page={page}" if reponse in IssueDeLigne.values else f"?page={page}"
    adresse = reverse("rapprochement:tableau", args=[faite.tableau_id]) + suite
    return revenir(adresse, "ligne-rapprochee")


@acces(Qui.AGENT, voie=Voie.FICHIER, surface=Surface.CSV)
def export(request: RequeteConnectee, numero: int) -> HttpResponseBase:
    """Every row, its answer and twelve open columns, as a CSV file. Raises ParametreInvalide for a long table, or one
    being read."""
    sien = lectures.trouver_fini(request.compte, numero)
    if sien.total > AUSSITOT:
        raise ParametreInvalide(TROP_LONG)
    return envoyer_aussitot(FICHIERS_DE_TABLEAU, sien.marque, contenu(sien))


@acces(Qui.AGENT, ("POST",))
def reprendre(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Have the rest of a stopped table read."""
    services.reprendre(request.compte, numero)
    return revenir(reverse("rapprochement:tableau", args=[numero]), "tableau-repris")


@acces(Qui.AGENT, ("POST",))
def effacer(request: RequeteConnectee, numero: int) -> HttpResponse:
    services.effacer(request.compte, numero)
    return revenir(reverse("rapprochement:accueil"), "tableau-supprime")
