"""Actions on an announced visit, and the page that says first who will be told, and what it comes to cross."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees, Pesee
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.croisements.recherche import Croisement, cle_de
from fce.echanges.models import ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites import communes, passages, selectors, services
from fce.echanges.visites.croisees import est_tue, lieux_de_la_visite
from fce.echanges.visites.devenir import interlocuteurs
from fce.echanges.visites.formulaires import (
    FormulaireContenu,
    FormulaireCreneaux,
    FormulaireDates,
    FormulaireDeCollision,
    FormulaireDePassage,
    FormulaireDeReponse,
    FormulaireDesJours,
    FormulaireDuJour,
)
from fce.echanges.visites.genre import VISITE, VISITES
from fce.echanges.visites.reponses import noter_lecture, repondre, repondre_a_tous
from fce.echanges.visites.services import Quand
from fce.echanges.visites.views import page_de_visite
from fce.echanges.vocabulaire import Precision, Reaction
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import tenter
from fce.socle.web.references import reference
from fce.socle.web.routes import Qui, acces

_SANS_FORMULAIRE: Final = {
    "renoncer": services.renoncer,
    "tenue": services.tenir,
    "non-tenue": services.ne_pas_tenir,
    "defaire": services.defaire,
    "venir": communes.venir,
    "retirer": communes.retirer,
}
_CHANGENT: Final = {
    "reporter": "Reporter la visite",
    "renoncer": "Renoncer à la visite",
    "tenue": "La visite a eu lieu",
    "non-tenue": "La visite n’a pas eu lieu",
}
"""Titles of the page that confirms."""
CONFIRME: Final = "confirme"


class AConfirmer(NamedTuple):
    """What an action would do to others. ``prevenus``: answers of the services that will be told; ``neufs``: what the
    visit would cross on its new days (``quand``), and did not."""

    prevenus: list[ReponseCroisement]
    neufs: list[Croisement]
    quand: Quand | None = None

    @property
    def a_repondre(self) -> list[str]:
        """Keys of the visits to come that it meets, which are answered."""
        return [c.cle for c in self.neufs if c.annonce]

    @property
    def marque(self) -> str:
        """Hash of what is shown, so that nobody confirms unaware of something new."""
        dits = [f"{reference(ReponseCroisement, r.pk or 0)} {r.choix}" for r in self.prevenus]
        dits += [f"{c.reference} {c.vu}" for c in self.neufs]
        return hashlib.sha256(" ".join(sorted(dits)).encode()).hexdigest()


@acces(Qui.AGENT, ("POST",))
def geste_de_visite(request: RequeteConnectee, numero: int, geste: str) -> HttpResponse:
    """Action on a visit of one's own service: change, move, give up, answer, report, agree on a day, undo."""
    lecteur = lecteur_de(request)
    vue = selectors.visite_de(lecteur, numero)
    formulaire, faire = _geste(request, lecteur, vue, geste)
    a_confirmer = _a_confirmer(request, lecteur, vue, geste, formulaire) if formulaire.is_valid() else None
    collision = FormulaireDeCollision(request.POST if CONFIRME in request.POST else None)
    if a_confirmer is not None:
        confirme = request.POST.get(CONFIRME) == a_confirmer.marque
        if not confirme or (a_confirmer.a_repondre and not collision.is_valid()):
            return _page_a_confirmer(request, vue, geste, a_confirmer, collision)
        faire = _en_repondant(faire, lecteur, a_confirmer.a_repondre, collision)
    envoi = tenter(formulaire, faire)
    if envoi.fait:
        return revenir(reverse("echanges:visite", args=[numero]), f"visite-{geste}")
    return page_de_visite(request, lecteur, selectors.visite_de(lecteur, numero), {geste: formulaire}, envoi.status)


def _geste(
    request: HttpRequest, lecteur: LecteurDeDonnees, vue: VisiteAnnoncee, geste: str
) -> tuple[forms.Form, Callable[[], VisiteAnnoncee]]:
    """The form sent for an action, and its function. Raises Introuvable for an unknown action."""
    version = lire_entier(request.POST.get("version", ""))
    pose = request.POST.get("croisement", "")[:40]
    croisement, vu = cle_de(pose), request.POST.get("vu", "")
    if geste == "modifier":
        teneur = FormulaireContenu(request.POST)
        return teneur, lambda: services.modifier(lecteur, vue, version, teneur.contenu())
    if geste == "reporter":
        dates = FormulaireDates(request.POST, auto_id="dates_%s")
        return dates, lambda: services.reporter(lecteur, vue, version, dates.quand())
    if geste == "repondre":
        dite = FormulaireDeReponse(request.POST, auto_id=f"{pose}_%s")
        return dite, lambda: repondre(lecteur, vue, [croisement], dite.reponse(vue.precision), version, vu)
    if geste == "lire" and croisement.startswith("contact-"):
        return forms.Form(request.POST), lambda: passages.noter_lecture(lecteur, vue)
    if geste == "lire" and not croisement:
        return forms.Form(request.POST), lambda: communes.noter_lecture(lecteur, vue)
    if geste == "lire":
        return forms.Form(request.POST), lambda: noter_lecture(lecteur, vue, croisement, vu)
    if geste == "proposer":
        creneaux = FormulaireCreneaux(request.POST, auto_id="creneaux_%s")
        return creneaux, lambda: communes.proposer(lecteur, vue, creneaux.creneaux(), version)
    if geste == "disponible":
        jours = FormulaireDesJours(request.POST)
        return jours, lambda: communes.repondre_aux_dates(lecteur, vue, jours.cleaned_data["rangs"], version)
    if geste == "confirmer":
        jour = FormulaireDuJour(request.POST)
        return jour, lambda: communes.confirmer(lecteur, vue, jour.cleaned_data["rang"], version)
    if geste == "passer":
        passage = FormulaireDePassage(vue, lecteur.aujourd_hui, request.POST)
        return passage, lambda: services.passer(lecteur, vue, version, passage.cleaned_data["compte"])
    if geste not in _SANS_FORMULAIRE:
        raise Introuvable(VISITES.inconnu)
    return forms.Form(request.POST), lambda: _SANS_FORMULAIRE[geste](lecteur, vue, version)


def _a_confirmer(
    request: HttpRequest, lecteur: LecteurDeDonnees, vue: VisiteAnnoncee, geste: str, formulaire: forms.Form
) -> AConfirmer | None:
    """What to show before a valid action; None when it concerns nobody else."""
    choix = formulaire.cleaned_data.get("choix") if geste == "repondre" else None
    if geste not in _CHANGENT and choix not in (Reaction.REPORT, Reaction.RENONCEMENT):
        return None
    repondu = cle_de(request.POST.get("croisement", "")) if geste == "repondre" else ""
    prevenus = [r for r in interlocuteurs(vue) if f"visite-{r.visite_id}" != repondu]
    connus = {repondu, *(r.cle for r in vue.reponses.exclude(choix=""))}
    if prevenus:
        # The page of the visit, which comes before, has counted the company.
        permis = lecteur.exiger(VISITE, vue.siren)
        lecteur.consigner_liste(VISITE, permis, [vue.siren] * len(prevenus), Pesee.RIEN)
    quand = _nouveau_jour(vue, geste, formulaire)
    neufs = [c for c in _croisees_le(lecteur, vue, quand) if c.cle not in connus]
    return AConfirmer(prevenus, neufs, quand) if prevenus or neufs else None


def _nouveau_jour(vue: VisiteAnnoncee, geste: str, formulaire: forms.Form) -> Quand | None:
    if geste == "reporter" and isinstance(formulaire, FormulaireDates):
        return formulaire.quand()
    if geste == "repondre" and (jour := formulaire.cleaned_data.get("report")) is not None:
        return Quand(Precision(vue.precision), jour)
    return None


def _croisees_le(lecteur: LecteurDeDonnees, vue: VisiteAnnoncee, quand: Quand | None) -> list[Croisement]:
    """What a visit would cross at the same place on other days, journalled; nothing on days that it cannot take."""
    if quand is None or est_tue(vue):
        return []
    try:
        quand.verifier(lecteur.aujourd_hui)
    except ParametreInvalide:
        return []
    jours = (quand.duree.debut, quand.duree.fin)
    verdict = selectors.verdict_consigne(lecteur, vue.siren, lieux_de_la_visite(vue), jours, vue.service_id)
    return list(verdict.forts)


def _en_repondant(
    faire: Callable[[], VisiteAnnoncee], lecteur: LecteurDeDonnees, neufs: list[str], collision: FormulaireDeCollision
) -> Callable[[], VisiteAnnoncee]:
    """The action, then the answer to what the visit comes to cross: both or neither."""

    def tout() -> VisiteAnnoncee:
        with ecriture():
            tenue = faire()
            return repondre_a_tous(lecteur, tenue, neufs, collision.reponse()) if neufs else tenue

    return tout


def _page_a_confirmer(
    request: HttpRequest, vue: VisiteAnnoncee, geste: str, a_confirmer: AConfirmer, collision: FormulaireDeCollision
) -> HttpResponse:
    tus = ("csrfmiddlewaretoken", CONFIRME, *(collision.add_prefix(nom) for nom in collision.fields))
    contexte: dict[str, Any] = {
        "visite": vue,
        "entreprise": selectors.nommees([vue])[0][1],
        "titre": _CHANGENT.get(geste, "Répondre"),
        "geste": geste,
        "a_confirmer": a_confirmer,
        "collision": collision,
        "envoyes": [(nom, valeur) for nom, valeurs in request.POST.lists() if nom not in tus for valeur in valeurs],
    }
    return render(request, "echanges/confirmer.html", contexte, status=400 if collision.errors else 200)
