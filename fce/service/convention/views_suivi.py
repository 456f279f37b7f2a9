"""Formalities, progress, notices to the funder."""

from __future__ import annotations

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.convention import formulaires, selectors, suivi
from fce.service.convention.models import AvisAuFinanceur
from fce.service.convention.views import TENEURS
from fce.service.convention.views_livre import page_a_formulaire
from fce.socle.erreurs import Introuvable
from fce.socle.texte.formats import jour
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import FAIT, tenter
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def formalites(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    formulaire = formulaires.FormulaireFormalite(lue, request.POST if request.method == "POST" else None)
    manques = selectors.copies_manquantes(lue)
    return page_a_formulaire(
        request,
        "convention:formalites",
        lue,
        formulaire,
        lambda: suivi.noter_formalite(numero, formulaire.cleaned_data, request.compte.identifiant),
        {
            "titre": "Formalités",
            "intro": "Il manque : " + " ; ".join(f"{avenant}, {copie}" for avenant, copie in manques) + "."
            if manques
            else "",
            "ajout": "Noter une formalité",
            "bouton": "Noter",
            "colonnes": ("Faite le", "Formalité", "Objet", "Avenant"),
            "rangees": [
                (jour(f.jour), f.get_nature_display(), f.objet, str(f.avenant or ""))
                for f in lue.formalites.select_related("avenant")
            ],
            "vide": "Aucune formalité n’est notée.",
        },
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def avancement(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    formulaire = formulaires.FormulaireAvancement(request.POST if request.method == "POST" else None)
    return page_a_formulaire(
        request,
        "convention:avancement",
        lue,
        formulaire,
        lambda: suivi.noter_avancement(numero, formulaire.cleaned_data, request.compte.identifiant),
        {
            "titre": "Avancement des travaux",
            "intro": "Le dernier avancement de chaque nature figure dans l’état des dépenses.",
            "ajout": "Noter un avancement",
            "bouton": "Noter",
            "colonnes": ("Au", "Nature", "Part réalisée", "Ce qui est fait"),
            "rangees": [(jour(a.jour), a.get_nature_display(), f"{a.part} %", a.fait) for a in lue.avancements.all()],
            "vide": "Aucun avancement n’est noté.",
        },
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def avis(request: RequeteConnectee, numero: int, avis: int) -> HttpResponse:
    """Show a notice, to print, or record when it was sent."""
    lue = selectors.trouver_convention(numero)
    trouve = AvisAuFinanceur.objects.filter(convention=lue, pk=avis).first()
    if trouve is None:
        raise Introuvable("Cet avis n’existe pas.")
    formulaire = formulaires.FormulaireEnvoiDAvis(request.POST if request.method == "POST" else None)
    status, par = 200, request.compte.identifiant
    if request.method == "POST":
        status = tenter(
            formulaire,
            NON_FIELD_ERRORS,
            lambda: suivi.noter_envoi(numero, avis, formulaire.cleaned_data["envoye_le"], par),
        )
        if status == FAIT:
            return revenir(reverse("convention:convention", args=[numero]), "convention-inscrit")
    credits = (
        ("Autorisations d’engagement", trouve.ae_accorde, trouve.ae_consomme, trouve.ae_prevu),
        ("Crédits de paiement", trouve.cp_accorde, trouve.cp_consomme, trouve.cp_prevu),
    )
    contexte = {
        "convention": lue,
        "avis": trouve,
        "credits": [(*c, c[1] - c[2] - c[3]) for c in credits],
        "formulaire": formulaire,
    }
    return render(request, "convention/avis.html", contexte, status=status)
