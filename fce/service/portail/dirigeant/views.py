"""``/mes-entreprises``: companies of a private person, who sees their public sheets."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from fce.droits.comptes.models import Compte
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.journal import transparence
from fce.service.portail.dirigeant import selectors, services
from fce.service.portail.dirigeant.fiche_publique import fiche_publique
from fce.service.portail.signalements.selectors import siens
from fce.socle.erreurs import Introuvable
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.routes import Qui, acces


class FormulaireRattachement(forms.Form):
    siren = forms.CharField(
        label="SIREN de l’entreprise",
        max_length=40,
        help_text="Neuf chiffres, par exemple 123 456 789.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Indiquez le SIREN de l’entreprise."},
    )


@acces(Qui.PARTICULIER, ("GET", "POST"))
def mes_entreprises(request: RequeteConnectee) -> HttpResponse:
    """Show the account's links, or request one."""
    moi = request.compte
    formulaire = FormulaireRattachement(envoi_de(request), initial={"siren": request.GET.get("siren", "")[:9]})
    envoi = tenter(formulaire, lambda: services.demander(moi, formulaire.cleaned_data["siren"]), "siren")
    if envoi.fait:
        return revenir(reverse("portail:mes-entreprises"), "rattachement-demande")
    contexte = {
        "lies": selectors.rattachements_de(moi),
        "dirigees": selectors.dirigees(moi),
        "formulaire": formulaire,
        "transparence": settings.FCE_TRANSPARENCE,
    }
    return render(request, "portail/dirigeant/mes_entreprises.html", contexte, status=envoi.status)


@acces(Qui.PARTICULIER, ("POST",))
def finir(request: RequeteConnectee, numero: int) -> HttpResponse:
    moi = request.compte
    services.changer(selectors.sien(moi, numero), "finir", par=moi.identifiant)
    return redirect("portail:mes-entreprises")


@acces(Qui.PARTICULIER)
def consultations(request: RequeteConnectee, siren: str) -> HttpResponse:
    """Show how many administrations read restricted data on the company."""
    moi = request.compte
    if not settings.FCE_TRANSPARENCE or not selectors.dirige(moi, siren):
        raise Introuvable("Cette adresse ne correspond à aucune page. Vérifiez-la ou lancez une recherche.")
    periodes = transparence.trimestres(timezone.now())
    contexte = {
        "siren": siren,
        "nom": selectors.noms([siren]).get(siren, ""),
        "comptes": list(transparence.administrations(siren, periodes).items()),
        "seuil": transparence.SEUIL,
    }
    return render(request, "portail/dirigeant/consultations.html", contexte)


@acces(Qui.PARTICULIER)
def corriger(request: RequeteConnectee, siren: str) -> HttpResponse:
    """Say what the head of a company may correct on its sheet, and where."""
    numero = selectors.siren_saisi(siren)
    if numero != siren:
        return redirect("portail:corriger", numero)
    moi = request.compte
    contexte = {
        "siren": siren,
        "nom": selectors.noms([siren])[siren],
        "rattache": selectors.dirige(moi, siren),
        "demande": selectors.demande_de(moi, siren),
        "fiche": fiche_publique(siren, siens(moi)),
    }
    return render(request, "portail/dirigeant/corriger.html", contexte)


def accueil(request: HttpRequest, moi: Compte, contexte: dict[str, Any]) -> HttpResponse:
    """The home of a company head: his first company as everyone reads it, the others in a line, his reports."""
    lies = [lie for lie in selectors.rattachements_de(moi) if lie.en_cours]
    sienne = next((lie for lie in lies if lie.valide), None)
    dirigees, signalements = selectors.dirigees(moi), siens(moi)
    montree = sienne.rattachement.siren if sienne else dirigees[0].siren if dirigees else ""
    contexte |= {
        "sienne": sienne,
        "fiche": fiche_publique(montree, signalements) if montree else None,
        "autres": [lie for lie in lies if lie is not sienne],
        "dirigees": [e for e in dirigees if e.siren != montree],
        "signalements": sorted(signalements, key=lambda s: s.ouvert),
        "formulaire": FormulaireRattachement(),
    }
    return render(request, "portail/dirigeant/accueil.html", contexte)
