"""Pages of announced visits: announcement, one visit, the weeks of one's service."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.acces import consigner
from fce.echanges.agenda import TYPE_AGENDA, agenda as fichier_d_agenda
from fce.echanges.croisements.verdict import EN_VUE, Verdict
from fce.echanges.formulaires import coches
from fce.echanges.interactions.choix import etablissements_a_choisir
from fce.echanges.models import VisiteAnnoncee
from fce.echanges.unites import UniteVisee, unite_visee
from fce.echanges.visites import selectors, semaines, services
from fce.echanges.visites.formulaires import (
    FormulaireAnnonce,
    FormulaireContenu,
    FormulaireCreneaux,
    FormulaireDates,
    FormulaireDePassage,
    FormulaireDeReponse,
)
from fce.echanges.visites.genre import VISITE
from fce.echanges.visites.reponses import annoncer_et_repondre
from fce.echanges.visites.services import Quand
from fce.echanges.vocabulaire import Precision, Reaction
from fce.socle.texte.identifiants import est_siret
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import Tentative, envoi_de, tenter
from fce.socle.web.routes import Qui, Surface, Voie, acces

_AILLEURS: Final = "À cette date aussi, quelqu’un va au même endroit : annoncez-y votre visite, la page dira qui."
ANNONCER: Final = "annoncer"
"""Value of the button that announces; the other button only shows who else goes."""


@acces(Qui.AGENT, ("GET", "POST"))
def nouvelle(request: RequeteConnectee, numero: str) -> HttpResponse:
    """Announce a visit to a company or establishment, after showing who else goes there."""
    lecteur = lecteur_de(request)
    contexte: dict[str, Any] = {"unite": unite_visee(numero), "services": selectors.services_de(lecteur)}
    formulaire = _formulaire(contexte, envoi_de(request))
    verdict, reponse, envoi, a_lire = None, None, Tentative(200), False
    if request.method == "POST":
        verdict = _verdict(lecteur, numero, formulaire)
        reponse = _reponse(request, verdict)
        if not formulaire.is_valid():
            envoi = Tentative(400)
        elif request.POST.get("geste") == ANNONCER:
            a_lire = verdict is not None and bool(verdict.a_lire) and formulaire.cleaned_data["vu"] != _marque(verdict)
        if envoi.status == 200 and request.POST.get("geste") == ANNONCER and not a_lire:
            envoi = _annoncer(lecteur, contexte["unite"], formulaire, reponse, verdict)
            if envoi.fait:
                return revenir(reverse("echanges:visite", args=[envoi.rendu.pk]), "visite-annoncee")
    texte = request.GET.get("texte", "")[:100]
    liste = etablissements_a_choisir(lecteur, contexte["unite"].siren, texte, coches(formulaire, "sirets"))
    contexte |= _affiche(verdict, reponse) | {"formulaire": formulaire, "liste": liste}
    contexte |= {"a_lire": a_lire, "montre": request.method == "POST"}
    return render(request, "echanges/nouvelle.html", contexte, status=envoi.status)


@acces(Qui.AGENT, ("POST",), voie=Voie.FRAGMENT, surface=Surface.FRAGMENT)
def verdict(request: RequeteConnectee, numero: str) -> HttpResponse:
    """Fragment: who else goes or went to the places chosen so far."""
    lecteur = lecteur_de(request)
    contexte = {"unite": unite_visee(numero), "services": selectors.services_de(lecteur)}
    verdict = _verdict(lecteur, numero, _formulaire(contexte, request.POST))
    contexte |= _affiche(verdict, _reponse(request, verdict)) | {"montre": True}
    reponse = render(request, "echanges/_verdict.html", contexte)
    patch_vary_headers(reponse, ("HX-Request", "HX-Target"))
    return reponse


@acces(Qui.AGENT)
def visite(request: RequeteConnectee, numero: int) -> HttpResponse:
    """An announced visit of one's own service, and its crossings."""
    lecteur = lecteur_de(request)
    return page_de_visite(request, lecteur, selectors.visite_de(lecteur, numero))


@acces(Qui.AGENT)
def agenda(request: RequeteConnectee, numero: int) -> HttpResponse:
    """The calendar file of a visit of one's own service: number, days or agreed half-day, commune, link."""
    lecteur = lecteur_de(request)
    visite = selectors.visite_de(lecteur, numero)
    consigner(lecteur, VISITE, [visite.service_id], visite.siren, 1)
    page = settings.FCE_ADRESSE_PUBLIQUE.rstrip("/") + reverse("echanges:visite", args=[numero])
    reponse = HttpResponse(
        fichier_d_agenda([selectors.entree_d_agenda(visite, page)], lecteur.maintenant), content_type=TYPE_AGENDA
    )
    reponse["Content-Disposition"] = content_disposition_header(True, f"visite-{visite.marque}.ics") or "attachment"
    return reponse


@acces(Qui.AGENT)
def visites(request: RequeteConnectee) -> HttpResponse:
    """Announced visits of one's own services in a week; without one, the first week that has any."""
    lecteur = lecteur_de(request)
    selectors.services_de(lecteur)
    premier = semaines.lundi_de(request.GET.get("semaine", "")[:8]) or semaines.prochaine_semaine(lecteur)
    contexte = {
        "visites": semaines.semaine(lecteur, premier),
        "lundi": premier,
        "avant": premier - timedelta(days=7),
        "apres": premier + timedelta(days=7),
    }
    return render(request, "echanges/visites.html", contexte)


def _annoncer(
    lecteur: LecteurDeDonnees,
    unite: UniteVisee,
    formulaire: FormulaireAnnonce,
    reponse: FormulaireDeReponse | None,
    verdict: Verdict | None,
) -> Tentative:
    """Announce, and answer crossings."""
    choisie = None
    if verdict is not None and verdict.annonces:
        if reponse is None or not reponse.is_valid():
            formulaire.add_error(None, "Une visite croise la vôtre : dites ce que vous faites.")
            return Tentative(400)
        if _bute_ailleurs(lecteur, unite.numero, formulaire, reponse, verdict):
            reponse.add_error("report", _AILLEURS)
            return Tentative(400)
        choisie = reponse
    dit = formulaire.cleaned_data

    def faire() -> VisiteAnnoncee:
        return annoncer_et_repondre(
            lecteur, dit["service"], unite.siren, dit["sirets"], formulaire.quand(), formulaire.contenu(),
            choisie.reponse(dit["precision"]) if choisie else None, [c.cle for c in verdict.forts] if verdict else [],
        )  # fmt: skip

    return tenter(formulaire, faire)


def _bute_ailleurs(
    lecteur: LecteurDeDonnees, numero: str, formulaire: FormulaireAnnonce, reponse: FormulaireDeReponse, ici: Verdict
) -> bool:
    """Whether a visit that is moved as soon as it is announced meets there what its author has not read."""
    report = reponse.cleaned_data["report"]
    if reponse.cleaned_data["choix"] != Reaction.REPORT or report is None:
        return False
    quand = Quand(Precision(formulaire.cleaned_data["precision"]), report)
    la_bas = _verdict(lecteur, numero, formulaire, quand)
    return la_bas is not None and not set(la_bas.a_lire) <= set(ici.a_lire)


def page_de_visite(
    request: HttpRequest,
    lecteur: LecteurDeDonnees,
    visite: VisiteAnnoncee,
    remplis: dict[str, forms.Form] | None = None,
    statut: int = 200,
) -> HttpResponse:
    """The page of a visit. ``remplis``: {action: form refused, to show again}."""
    page = selectors.visite_vue(lecteur, visite)
    remplis = remplis or {}
    croisement = request.POST.get("croisement", "")

    reponses = [
        (
            c,
            remplis["repondre"]
            if "repondre" in remplis and c.croisement.reference == croisement
            else FormulaireDeReponse(auto_id=f"{c.croisement.reference}_%s"),
        )
        for c in page.croisements
        if not c.commune or c.devenue
    ]
    repliees = [r for r in reponses if r[0].en_retrait][EN_VUE:]
    contexte = {
        "vue": page,
        "visite": visite,
        "contenu": remplis.get("modifier") or FormulaireContenu(initial={"genre": visite.genre, "objet": visite.objet}),
        "dates": remplis.get("reporter")
        or FormulaireDates(initial={"precision": visite.precision, "jour": visite.debut}, auto_id="dates_%s"),
        "passage": remplis.get("passer") or FormulaireDePassage(visite, lecteur.aujourd_hui),
        "creneaux": remplis.get("proposer") or FormulaireCreneaux(auto_id="creneaux_%s"),
        "ouvert": next(iter(remplis), ""),
        "erreurs": [e for f in remplis.values() for e in f.non_field_errors()],
        "reponses": [r for r in reponses if r not in repliees],
        "repliees": repliees,
        "replie_ouvert": any(r[0].croisement.reference == croisement for r in repliees),
    }
    return render(request, "echanges/visite.html", contexte, status=statut)


def _formulaire(contexte: dict[str, Any], donnees: Any) -> FormulaireAnnonce:
    numero = contexte["unite"].numero
    return FormulaireAnnonce(contexte["services"], donnees, initial={"sirets": [numero] if est_siret(numero) else []})


def _verdict(
    lecteur: LecteurDeDonnees, numero: str, formulaire: FormulaireAnnonce, quand: Quand | None = None
) -> Verdict | None:
    """The verdict, once the form gives places and days; else None. ``quand``: other days than those of the form."""
    choisi = formulaire.situer()
    if choisi is None:
        return None
    service, sirets, voulu = choisi
    duree = (quand or voulu).duree
    lieux = services.lieux_connus(numero[:9], sirets)
    return selectors.verdict_consigne(lecteur, numero, lieux, (duree.debut, duree.fin), service)


def _reponse(request: HttpRequest, verdict: Verdict | None) -> FormulaireDeReponse | None:
    """The form of answers, when an announced visit crosses at the same place."""
    if verdict is None or not verdict.annonces:
        return None
    return FormulaireDeReponse(request.POST if "choix" in request.POST else None)


def _affiche(verdict: Verdict | None, reponse: FormulaireDeReponse | None) -> dict[str, Any]:
    """A verdict in the context of a page, with the form of answers."""
    return {"verdict": verdict, "vu": _marque(verdict) if verdict else "", "reponse": reponse}


def _marque(verdict: Verdict) -> str:
    """Hash of the crossings shown by a form, to show new ones before announcing."""
    return hashlib.sha256(" ".join(sorted(verdict.a_lire)).encode()).hexdigest()
