"""The ledger and its limits: markets, avenants, forecasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.convention import formulaires, selectors, services
from fce.service.convention.models import Convention
from fce.service.convention.montants import en_euros, euros
from fce.service.convention.services import SaisieEcriture
from fce.service.convention.views import TENEURS
from fce.service.convention.vocabulaire import GenreEcriture
from fce.socle.erreurs import Introuvable
from fce.socle.texte import paris
from fce.socle.texte.formats import jour, mois
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import FAIT, tenter
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, acces


def page_a_formulaire(
    request: RequeteConnectee,
    route: str,
    lue: Convention,
    formulaire: forms.Form,
    faire: Callable[[], object],
    contexte: dict[str, Any],
    fait: str = "convention-inscrit",
) -> HttpResponse:
    """Show a list and the form that adds to it; redirect to ``route`` once added."""
    status = 200
    if request.method == "POST":
        status = tenter(formulaire, NON_FIELD_ERRORS, faire)
        if status == FAIT:
            return revenir(reverse(route, args=[lue.pk]), fait)
    communs = {"convention": lue, "formulaire": formulaire}
    return render(request, "convention/page.html", communs | contexte, status=status)


@acces(Qui.MANDAT, mandats=TENEURS)
def livre(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    page = page_de(request, selectors.ecritures_de(lue))
    contexte = {
        "convention": lue,
        "page": page,
        "lignes": [(ligne, selectors.reste_a_annuler(ligne)) for ligne in page.object_list],
        "genres": GenreEcriture.choices,
        "totaux": selectors.totaux(selectors.mouvements_de(lue)),
    }
    return render(request, "convention/livre.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def nouvelle_ecriture(request: RequeteConnectee, numero: int, genre: str) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    if genre not in GenreEcriture.values:
        raise Introuvable("Ce genre d’écriture n’existe pas.")
    voulu = GenreEcriture(genre)
    formulaire = formulaires.FormulaireEcriture(
        voulu,
        selectors.engagements_ouverts(lue),
        lue.marches.all(),
        request.POST if request.method == "POST" else None,
        initial={"jour": paris.aujourd_hui()},
    )
    return page_a_formulaire(
        request,
        "convention:livre",
        lue,
        formulaire,
        lambda: services.ecrire(numero, SaisieEcriture(voulu, **formulaire.cleaned_data), request.compte.identifiant),
        {
            "titre": f"Écrire : {voulu.label}",
            "intro": "Une écriture ne se modifie ni ne s’efface : une erreur se reprend par une annulation.",
            "bouton": "Écrire au livre",
        },
        "convention-ecrite",
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def annuler(request: RequeteConnectee, numero: int, ligne: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    origine = selectors.trouver_ecriture(lue, ligne)
    reste = selectors.reste_a_annuler(origine)
    formulaire = formulaires.FormulaireAnnulation(
        request.POST if request.method == "POST" else None,
        initial={"montant": en_euros(max(reste, 0)), "jour": paris.aujourd_hui()},
    )
    par = request.compte.identifiant
    return page_a_formulaire(
        request,
        "convention:livre",
        lue,
        formulaire,
        lambda: services.ecrire_annulation(numero, ligne, **formulaire.cleaned_data, par=par),
        {
            "titre": f"Annuler l’écriture n° {ligne}",
            "intro": f"{origine.get_genre_display().capitalize()} du {jour(origine.jour)}, {euros(origine.montant)}, "
            f"dont {euros(reste)} à annuler au plus. Une ligne opposée s’ajoute au livre.",
            "bouton": "Annuler",
        },
        "convention-ecrite",
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def marches(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    formulaire = formulaires.FormulaireMarche(request.POST if request.method == "POST" else None)
    return page_a_formulaire(
        request,
        "convention:marches",
        lue,
        formulaire,
        lambda: services.ajouter_marche(numero, formulaire.cleaned_data, request.compte.identifiant),
        {
            "titre": "Marchés",
            "ajout": "Inscrire un marché",
            "bouton": "Inscrire",
            "colonnes": ("Référence", "Intitulé", "Titulaire", "Du", "Au"),
            "rangees": [(m.reference, m.intitule, m.titulaire, jour(m.debut), jour(m.fin)) for m in lue.marches.all()],
            "vide": "Aucun marché n’est inscrit.",
        },
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def avenants(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    formulaire = formulaires.FormulaireAvenant(request.POST if request.method == "POST" else None)
    return page_a_formulaire(
        request,
        "convention:avenants",
        lue,
        formulaire,
        lambda: services.ajouter_avenant(numero, formulaire.cleaned_data, request.compte.identifiant),
        {
            "titre": "Avenants",
            "intro": "Un avenant dit les montants et le terme en entier, à partir de sa prise d’effet. Une copie en va "
            "aux deux contrôleurs : notez-en les dates parmi les formalités.",
            "ajout": "Inscrire un avenant",
            "bouton": "Inscrire",
            "colonnes": ("Numéro", "Objet", "Signé le", "Prend effet le", "AE", "CP", "Terme"),
            "rangees": [
                (f"n° {a.numero}", a.objet, jour(a.signe_le), jour(a.effet_le), euros(a.ae), euros(a.cp), jour(a.fin))
                for a in lue.avenants.all()
            ],
            "vide": "Aucun avenant n’est inscrit.",
        },
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def previsions(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    formulaire = formulaires.FormulairePrevision(request.POST if request.method == "POST" else None)
    par = request.compte.identifiant
    return page_a_formulaire(
        request,
        "convention:previsions",
        lue,
        formulaire,
        lambda: services.ecrire_prevision(numero, **formulaire.cleaned_data, par=par),
        {
            "titre": "Prévisions",
            "intro": "Ce qui est attendu chaque mois. Une prévision remplace celle du même mois et de la même nature. "
            "Chaque nuit, s’il va manquer des crédits, ou en rester, un avis au financeur est établi.",
            "ajout": "Inscrire une prévision",
            "bouton": "Inscrire",
            "colonnes": ("Mois", "Nature", "Engagements prévus", "Paiements prévus"),
            "rangees": [(mois(p.mois), p.get_nature_display(), euros(p.ae), euros(p.cp)) for p in lue.previsions.all()],
            "vide": "Rien n’est prévu : l’avis au financeur ne tient compte que du livre.",
        },
    )
