"""The ledger and its limits: markets, avenants, forecasts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.convention import formulaires, selectors, services
from fce.service.convention.montants import en_euros, euros
from fce.service.convention.services import SaisieEcriture
from fce.service.convention.views import TENEURS, page_a_formulaire
from fce.service.convention.vocabulaire import GenreEcriture
from fce.socle.erreurs import Introuvable
from fce.socle.texte import paris
from fce.socle.texte.formats import jour, mois
from fce.socle.web.gestes import envoi_de
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, mandats=TENEURS)
def livre(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    page = page_de(request, selectors.ecritures_de(convention))
    contexte = {
        "convention": convention,
        "page": page,
        "lignes": [(ligne, selectors.reste_a_annuler(ligne)) for ligne in page.object_list],
        "genres": GenreEcriture.choices,
        "totaux": selectors.totaux(selectors.mouvements_de(convention)),
    }
    return render(request, "convention/livre.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def nouvelle_ecriture(request: RequeteConnectee, numero: int, genre: str) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    if genre not in GenreEcriture.values:
        raise Introuvable("Ce genre d’écriture n’existe pas.")
    voulu = GenreEcriture(genre)
    formulaire = formulaires.FormulaireEcriture(
        voulu,
        selectors.engagements_ouverts(convention),
        convention.marches.all(),
        envoi_de(request),
        initial={"jour": paris.aujourd_hui()},
    )
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: services.ecrire(numero, SaisieEcriture(voulu, **formulaire.cleaned_data), request.compte.identifiant),
        titre=f"Écrire : {voulu.label}",
        intro="Une écriture ne se modifie ni ne s’efface : une erreur se reprend par une annulation.",
        bouton="Écrire au livre",
        vers="livre",
        fait="convention-ecrite",
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def annuler(request: RequeteConnectee, numero: int, ligne: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    origine = selectors.trouver_ecriture(convention, ligne)
    reste = selectors.reste_a_annuler(origine)
    depart = {"montant": en_euros(max(reste, 0)), "jour": paris.aujourd_hui()}
    formulaire = formulaires.FormulaireAnnulation(envoi_de(request), initial=depart)
    par = request.compte.identifiant
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: services.ecrire_annulation(numero, ligne, **formulaire.cleaned_data, par=par),
        titre=f"Annuler l’écriture n° {ligne}",
        intro=f"{origine.get_genre_display().capitalize()} du {jour(origine.jour)}, {euros(origine.montant)}, "
        f"dont {euros(reste)} à annuler au plus. Une ligne opposée s’ajoute au livre.",
        bouton="Annuler",
        vers="livre",
        fait="convention-ecrite",
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def marches(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    formulaire, inscrits = formulaires.FormulaireMarche(envoi_de(request)), convention.marches.all()
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: services.ajouter_marche(numero, formulaire.cleaned_data, request.compte.identifiant),
        titre="Marchés",
        ajout="Inscrire un marché",
        bouton="Inscrire",
        colonnes=("Référence", "Intitulé", "Titulaire", "Du", "Au"),
        rangees=[(m.reference, m.intitule, m.titulaire, jour(m.debut), jour(m.fin)) for m in inscrits],
        vide="Aucun marché n’est inscrit.",
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def avenants(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    formulaire = formulaires.FormulaireAvenant(envoi_de(request))
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: services.ajouter_avenant(numero, formulaire.cleaned_data, request.compte.identifiant),
        titre="Avenants",
        intro="Un avenant dit les montants et le terme en entier, à partir de sa prise d’effet. Une copie en va "
        "aux deux contrôleurs : notez-en les dates parmi les formalités.",
        ajout="Inscrire un avenant",
        bouton="Inscrire",
        colonnes=("Numéro", "Objet", "Signé le", "Prend effet le", "AE", "CP", "Terme"),
        rangees=[
            (f"n° {a.numero}", a.objet, jour(a.signe_le), jour(a.effet_le), euros(a.ae), euros(a.cp), jour(a.fin))
            for a in convention.avenants.all()
        ],
        vide="Aucun avenant n’est inscrit.",
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def previsions(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    formulaire, inscrites = formulaires.FormulairePrevision(envoi_de(request)), convention.previsions.all()
    par = request.compte.identifiant
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: services.ecrire_prevision(numero, **formulaire.cleaned_data, par=par),
        titre="Prévisions",
        intro="Ce qui est attendu chaque mois. Une prévision remplace celle du même mois et de la même nature. "
        "Chaque nuit, s’il va manquer des crédits, ou en rester, un avis au financeur est établi.",
        ajout="Inscrire une prévision",
        bouton="Inscrire",
        colonnes=("Mois", "Nature", "Engagements prévus", "Paiements prévus"),
        rangees=[(mois(p.mois), p.get_nature_display(), euros(p.ae), euros(p.cp)) for p in inscrites],
        vide="Rien n’est prévu : l’avis au financeur ne tient compte que du livre.",
    )
