"""Gestures on an operation: each does it and goes back to a page, or says on it why not, what was typed kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.comptes.requete import RequeteConnectee
from fce.droits.demande import lecteur_de
from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.finalite import demande_de_finalite
from fce.echanges.objets import OPERATION
from fce.echanges.operations import acces as droits
from fce.echanges.operations import cibles, selectors, services
from fce.echanges.operations.acces import OperationOuverte
from fce.echanges.operations.formulaires import (
    FormulaireBilan,
    FormulaireCadre,
    FormulaireCibles,
    FormulaireConstat,
    FormulaireInvitation,
    FormulaireNote,
    FormulairePreparation,
)
from fce.echanges.operations.selectors import CibleVue
from fce.echanges.operations.views import groupes_auteurs, page_d_operation
from fce.socle.faits import revenir
from fce.socle.gestes import FAIT, tenter
from fce.socle.routes import Qui, acces
from fce.socle.texte import lire_entier


@acces(Qui.AGENT, ("GET", "POST"))
def modification(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Change name, day and common preparation of an operation that my service leads."""
    lecteur, ouverte = _menee(request, numero)
    menee = ouverte.operation
    depart = {nom: getattr(menee, nom) for nom in ("nom", "jour", "consignes", "version")}
    formulaire = FormulaireCadre(request.POST or None, initial=depart)
    return _page_de_geste(
        request,
        lecteur,
        ouverte,
        formulaire,
        "Modifier l’opération",
        "operation-modifiee",
        lambda: services.ecrire_cadre(lecteur, numero, formulaire.cadre, formulaire.cleaned_data["version"]),
    )


@acces(Qui.AGENT, ("GET", "POST"))
def bilan(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Close an operation that my service leads, with its report."""
    lecteur, ouverte = _menee(request, numero)
    formulaire = FormulaireBilan(request.POST or None, initial={"version": ouverte.operation.version})
    return _page_de_geste(
        request,
        lecteur,
        ouverte,
        formulaire,
        "Clore l’opération",
        "operation-close",
        lambda: services.terminer(
            lecteur,
            numero,
            formulaire.cleaned_data["version"],
            formulaire.cleaned_data["bilan"],
            formulaire.comptes(),
        ),
    )


@acces(Qui.AGENT, ("POST",))
def annulation(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Give up an operation that my service leads."""
    lecteur = lecteur_de(request)
    services.annuler(lecteur, numero, _version(request, lecteur, numero))
    return _vers(numero, "operation-annulee")


@acces(Qui.AGENT, ("POST",))
def croisements(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Have my service told of the visits announced on its targets, or told no more."""
    lecteur, ouvrir = lecteur_de(request), request.POST.get("ouvrir") == "oui"
    services.ouvrir_aux_croisements(lecteur, numero, ouvrir, _version(request, lecteur, numero))
    return _vers(numero, "operation-ouverte" if ouvrir else "operation-fermee")


@acces(Qui.AGENT, ("POST",))
def ajouter_service(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Invite a service to an operation that my service leads."""
    lecteur = lecteur_de(request)
    ouverte = _modifiable(lecteur, numero)
    deja = ouverte.operation.participations.values("service")
    invitables = selectors.services_invitables(lecteur.aujourd_hui).exclude(pk__in=deja)
    formulaire = FormulaireInvitation(invitables, request.POST)
    status = tenter(
        formulaire,
        "service",
        lambda: services.ajouter_service(lecteur, numero, formulaire.cleaned_data["service"]),
    )
    if status == FAIT:
        return _vers(numero, "operation-invite")
    return page_d_operation(request, lecteur, ouverte, status, invitation=formulaire)


@acces(Qui.AGENT, ("POST",))
def retirer_service(request: RequeteConnectee, numero: int, service: int) -> HttpResponse:
    """Take a service out of an operation that my service leads."""
    services.retirer_service(lecteur_de(request), numero, service)
    return _vers(numero, "operation-sorti")


@acces(Qui.AGENT, ("POST",))
def ajouter_cibles(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Add establishments to the targets of an operation that my service leads."""
    lecteur = lecteur_de(request)
    ouverte = _modifiable(lecteur, numero)
    formulaire = FormulaireCibles(request.POST)
    status = tenter(
        formulaire, "sirets", lambda: cibles.ajouter_cibles(lecteur, numero, formulaire.cleaned_data["sirets"])
    )
    if status == FAIT:
        return _vers(numero, "operation-cibles-ajoutees")
    return page_d_operation(request, lecteur, ouverte, status, ajout=formulaire)


@acces(Qui.AGENT, ("POST",))
def retirer_cible(request: RequeteConnectee, numero: int, cible: int) -> HttpResponse:
    """Take a target out of an operation that my service leads."""
    lecteur = lecteur_de(request)
    cibles.retirer_cible(lecteur, numero, cible, _version(request, lecteur, numero))
    return _vers(numero, "operation-cible-retiree")


@acces(Qui.AGENT, ("POST",))
def ajouter_note(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Share a note with the services of an operation."""
    lecteur = lecteur_de(request)
    ouverte = _modifiable(lecteur, numero)
    formulaire = FormulaireNote(groupes_auteurs(ouverte), request.POST)
    status = tenter(
        formulaire,
        "texte",
        lambda: cibles.ajouter_note(
            lecteur, numero, formulaire.cleaned_data["service"], formulaire.cleaned_data["texte"]
        ),
    )
    if status == FAIT:
        return _vers(numero, "operation-note-partagee")
    return page_d_operation(request, lecteur, ouverte, status, note=formulaire)


@acces(Qui.AGENT, ("GET", "POST"))
def cible(request: RequeteConnectee, numero: int, cible: int) -> HttpResponse:
    """One target: its preparation, who does what, the findings that I may read, mine to write."""
    lecteur = lecteur_de(request)
    if request.method == "GET" and (demande := demande_de_finalite(request, lecteur, OPERATION, 404)) is not None:
        return demande
    ouverte = droits.trouver(lecteur, numero)
    vue = selectors.cible_vue(ouverte, cible)
    if request.method != "POST":
        return _page_de_cible(request, lecteur, ouverte, vue)
    services.exiger_modifiable(ouverte.operation)
    formulaire = FormulairePreparation(request.POST)

    def faire() -> None:
        dit = formulaire.cleaned_data
        cibles.ecrire_preparation(
            lecteur, numero, cible, dit["version"], preparation=dit["preparation"], roles=dit["roles"]
        )

    status = tenter(formulaire, NON_FIELD_ERRORS, faire)
    if status == FAIT:
        return revenir(reverse("echanges:operation-cible", args=[numero, cible]), "operation-preparee")
    return _page_de_cible(request, lecteur, ouverte, vue, status, preparation=formulaire)


@acces(Qui.AGENT, ("POST",))
def ecrire_constat(request: RequeteConnectee, numero: int, cible: int) -> HttpResponse:
    """Write what my service found at a target."""
    lecteur = lecteur_de(request)
    ouverte = _modifiable(lecteur, numero)
    vue = selectors.cible_vue(ouverte, cible)
    groupes = groupes_auteurs(ouverte)
    voulu = request.POST.get("service", "")
    groupe = next((g for g in groupes if str(g.pk) == voulu), None)
    formulaire = FormulaireConstat([groupe] if groupe else groupes[:1], request.POST)

    def faire() -> None:
        dit = formulaire.cleaned_data
        cibles.ecrire_constat(
            lecteur,
            numero,
            cible,
            dit["service"],
            dit["version"],
            texte=dit["texte"],
            partage=dit["partage"],
        )

    status = tenter(formulaire, NON_FIELD_ERRORS, faire)
    if status == FAIT:
        return revenir(reverse("echanges:operation-cible", args=[numero, cible]), "operation-constat")
    return _page_de_cible(request, lecteur, ouverte, vue, status, constat=formulaire)


def _page_de_cible(
    request: RequeteConnectee,
    lecteur: LecteurDeDonnees,
    ouverte: OperationOuverte,
    vue: CibleVue,
    status: int = 200,
    *,
    preparation: FormulairePreparation | None = None,
    constat: FormulaireConstat | None = None,
) -> HttpResponse:
    """The page of a target, one form for each service of mine; the one that comes back keeps what was typed."""
    droits.consigner_cibles(lecteur, ouverte.lecteurs, [vue.cible.siret])
    tenue = vue.cible
    en_place = {"preparation": tenue.preparation, "roles": tenue.roles, "version": tenue.version}
    if preparation is not None and status == 409:
        preparation.relire(tenue.version)
    siens = {c.service_id: c for c in vue.miens}
    constats = []
    for groupe in groupes_auteurs(ouverte):
        ecrit = siens.get(groupe.pk)
        if constat is not None and constat.services[0].pk == groupe.pk:
            formulaire = constat
            if status == 409:
                formulaire.relire(ecrit.version if ecrit else 0)
        else:
            depart: dict[str, Any] = {"version": 0}
            if ecrit is not None:
                depart = {"texte": ecrit.texte, "partage": ecrit.partage, "version": ecrit.version}
            formulaire = FormulaireConstat([groupe], initial=depart, auto_id=f"id_constat{groupe.pk}_%s")
        constats.append((groupe, ecrit, formulaire))
    contexte = {
        "operation": ouverte.operation,
        "vue": vue,
        "ecrit": bool(ouverte.auteurs) and selectors.modifiable(ouverte.operation),
        "gere": ouverte.coordonnee and selectors.modifiable(ouverte.operation),
        "preparation": preparation or FormulairePreparation(initial=en_place),
        "commencee": ouverte.operation.premier_jour <= lecteur.aujourd_hui,
        "conflit": preparation is not None and status == 409,
        "constats": constats,
    }
    return render(request, "echanges/operations/cible.html", contexte, status=status)


def _modifiable(lecteur: LecteurDeDonnees, numero: int) -> OperationOuverte:
    """An operation in preparation: of one that is not, no form would come back. Raises Introuvable, GesteImpossible."""
    ouverte = droits.trouver(lecteur, numero)
    services.exiger_modifiable(ouverte.operation)
    return ouverte


def _menee(request: RequeteConnectee, numero: int) -> tuple[LecteurDeDonnees, OperationOuverte]:
    """An operation that my service leads, to change it. Raises Introuvable, GesteRefuse, GesteImpossible."""
    lecteur = lecteur_de(request)
    ouverte = _modifiable(lecteur, numero)
    ouverte.exiger_coordinateur()
    return lecteur, ouverte


def _page_de_geste(
    request: RequeteConnectee,
    lecteur: LecteurDeDonnees,
    ouverte: OperationOuverte,
    formulaire: FormulaireCadre | FormulaireBilan,
    titre: str,
    fait: str,
    faire: Callable[[], object],
) -> HttpResponse:
    """The page of one form of the coordinator; after a conflict it says what is in place, and keeps what was typed."""
    menee, status = ouverte.operation, 200
    if request.method == "POST":
        status = tenter(formulaire, NON_FIELD_ERRORS, faire)
        if status == FAIT:
            return _vers(menee.pk, fait)
        if status == 409:
            formulaire.relire(menee.version)
    droits.consigner(lecteur, ouverte.lecteurs, 1)
    contexte = {"operation": menee, "formulaire": formulaire, "titre": titre, "conflit": status == 409}
    return render(request, "echanges/operations/geste.html", contexte, status=status)


def _version(request: RequeteConnectee, lecteur: LecteurDeDonnees, numero: int) -> int:
    """The version that a button says was read; 0, which none is, for anything else. Raises Introuvable first: what was
    typed must not tell what exists."""
    droits.trouver(lecteur, numero)
    return lire_entier(request.POST.get("version", ""))


def _vers(numero: int, fait: str) -> HttpResponse:
    return revenir(reverse("echanges:operation", args=[numero]), fait)
