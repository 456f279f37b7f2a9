"""``/gestion/raccordements``: institutions that connect, and their progress."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.gestion.formulaires import producteurs_proposes
from fce.service.gestion.views import EQUIPE
from fce.service.portail.models import Raccordement
from fce.service.portail.rejoindre import selectors, services
from fce.service.portail.rejoindre.etapes import EtatEtape, GenreEtape
from fce.socle.web.faits import revenir
from fce.socle.web.formulaires import ChampJour, ChampLong
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.routes import Qui, acces

_CHAMPS = ("nom", "sigle", "producteur", "apport", "publie")


class FormulaireRaccordement(forms.Form):
    nom = forms.CharField(label="Institution", max_length=200, help_text="Son nom ; jamais celui d’une personne.")
    sigle = forms.CharField(label="Sigle", required=False, max_length=40)
    producteur = forms.ChoiceField(
        label="Producteur",
        required=False,
        choices=producteurs_proposes,
        help_text="Quand un de ses jeux de données est déclaré.",
    )
    apport = ChampLong(
        "Ce qu’elle apporte", "Lu par tous si le raccordement est montré.", required=False, max_length=1000
    )
    publie = forms.BooleanField(label="Montrer sur « Rejoindre »", required=False)


class FormulaireEtape(forms.Form):
    etape = forms.ChoiceField(
        label="Étape",
        choices=[(e.value, e.label) for e in GenreEtape if e is not GenreEtape.PUBLICATION],
        help_text="Le schéma (un jeu est déclaré) et la publication (un jeu est en place) se constatent.",
    )
    etat = forms.ChoiceField(label="État", choices=EtatEtape.choices)
    le = ChampJour(
        label="Le",
        required=False,
    )
    precision = forms.CharField(label="Précision", required=False, max_length=300, help_text="Lue par tous.")


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def liste(request: RequeteConnectee) -> HttpResponse:
    formulaire, par = FormulaireRaccordement(envoi_de(request)), request.compte.identifiant
    envoi = tenter(formulaire, lambda: services.ecrire_raccordement(None, par=par, **formulaire.cleaned_data), "nom")
    if envoi.fait:
        return revenir(reverse("gestion:raccordements"), "raccordement-enregistre")
    contexte = {"vus": selectors.vus(Raccordement.objects.all()), "formulaire": formulaire}
    return render(request, "gestion/raccordements.html", contexte, status=envoi.status)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def raccordement(request: RequeteConnectee, numero: int) -> HttpResponse:
    raccordement = selectors.raccordement(numero)
    d_etape = request.POST.get("geste") == "etape"
    envoye, par = envoi_de(request), request.compte.identifiant
    fiche = FormulaireRaccordement(None if d_etape else envoye, initial={c: getattr(raccordement, c) for c in _CHAMPS})
    etape = FormulaireEtape(envoye if d_etape else None)

    def noter_l_etape() -> None:
        dits = {**etape.cleaned_data}
        quoi, etat = GenreEtape(dits.pop("etape")), EtatEtape(dits.pop("etat"))
        services.modifier_etape(raccordement, quoi, etat=etat, par=par, **dits)

    def noter_la_fiche() -> None:
        services.ecrire_raccordement(raccordement, par=par, **fiche.cleaned_data)

    envoi = tenter(etape, noter_l_etape, "le") if d_etape else tenter(fiche, noter_la_fiche, "nom")
    if envoi.fait:
        return revenir(reverse("gestion:raccordement", args=[numero]), "raccordement-enregistre")
    (vu,) = selectors.vus(Raccordement.objects.filter(pk=raccordement.pk))
    return render(request, "gestion/raccordement.html", {"vu": vu, "fiche": fiche, "etape": etape}, status=envoi.status)
