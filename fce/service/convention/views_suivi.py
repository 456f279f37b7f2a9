"""Formalities, progress, notices to the funder."""

from __future__ import annotations

from django.http import HttpResponse

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.convention import formulaires, selectors, suivi
from fce.service.convention.views import TENEURS, page_a_formulaire
from fce.socle.base.lignes import trouver_ligne
from fce.socle.texte.formats import jour
from fce.socle.web.gestes import envoi_de
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def formalites(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    formulaire = formulaires.FormulaireFormalite(convention, envoi_de(request))
    manques = selectors.copies_manquantes(convention)
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: suivi.noter_formalite(numero, formulaire.cleaned_data, request.compte.identifiant),
        titre="Formalités",
        intro="Il manque : " + " ; ".join(f"{avenant}, {copie}" for avenant, copie in manques) + "." if manques else "",
        ajout="Noter une formalité",
        bouton="Noter",
        colonnes=("Faite le", "Formalité", "Objet", "Avenant"),
        rangees=[
            (jour(f.jour), f.get_nature_display(), f.objet, str(f.avenant or ""))
            for f in convention.formalites.select_related("avenant")
        ],
        vide="Aucune formalité n’est notée.",
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def avancement(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    formulaire, notes = formulaires.FormulaireAvancement(envoi_de(request)), convention.avancements.all()
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: suivi.noter_avancement(numero, formulaire.cleaned_data, request.compte.identifiant),
        titre="Avancement des travaux",
        intro="Le dernier avancement de chaque nature figure dans l’état des dépenses.",
        ajout="Noter un avancement",
        bouton="Noter",
        colonnes=("Au", "Nature", "Part réalisée", "Ce qui est fait"),
        rangees=[(jour(a.jour), a.get_nature_display(), f"{a.part} %", a.fait) for a in notes],
        vide="Aucun avancement n’est noté.",
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def avis(request: RequeteConnectee, numero: int, avis: int) -> HttpResponse:
    """Show a notice, to print, or record when it was sent."""
    convention = selectors.trouver_convention(numero)
    trouve = trouver_ligne(convention.avis, avis, suivi.AVIS_INCONNU)
    formulaire, par = formulaires.FormulaireEnvoiDAvis(envoi_de(request)), request.compte.identifiant
    credits = (
        ("Autorisations d’engagement", trouve.ae_accorde, trouve.ae_consomme, trouve.ae_prevu),
        ("Crédits de paiement", trouve.cp_accorde, trouve.cp_consomme, trouve.cp_prevu),
    )
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: suivi.noter_envoi(numero, avis, formulaire.cleaned_data["envoye_le"], par),
        vers="convention",
        gabarit="avis",
        avis=trouve,
        credits=[(*c, c[1] - c[2] - c[3]) for c in credits],
    )
