"""Actions on an operation. On failure, the page shows the reason and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges import acces as droits
from fce.echanges.acces import services_nommes
from fce.echanges.finalite import demande_de_finalite
from fce.echanges.formulaires import FormulaireVersionne
from fce.echanges.operations import selectors, services
from fce.echanges.operations.acces import OperationOuverte, trouver
from fce.echanges.operations.formulaires import (
    FormulaireBilan,
    FormulaireCadre,
    FormulaireCibles,
    FormulaireConstat,
    FormulaireInvitation,
    FormulaireNote,
    FormulairePreparation,
)
from fce.echanges.operations.genre import OPERATION, OPERATIONS, GesteOperation as Geste
from fce.echanges.operations.selectors import CibleVue
from fce.echanges.operations.views import page_d_operation, revenir_a
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.routes import Qui, acces


@acces(Qui.AGENT, ("GET", "POST"))
def modifier(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Change the frame of an operation led by my service."""
    lecteur, ouverte = _ouverte_a(request, numero, Geste.MODIFIER)
    depart = {nom: getattr(ouverte.operation, nom) for nom in ("nom", "jour", "heure", "consignes", "version")}
    formulaire = FormulaireCadre(envoi_de(request), initial=depart)

    def faire() -> None:
        services.ecrire_cadre(lecteur, numero, formulaire.cadre, formulaire.cleaned_data["version"])

    return _page_de_geste(request, lecteur, ouverte, Geste.MODIFIER, "Modifier l’opération", formulaire, faire)


@acces(Qui.AGENT, ("GET", "POST"))
def bilan(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Close an operation led by my service, with its report."""
    lecteur, ouverte = _ouverte_a(request, numero, Geste.CLORE)
    formulaire = FormulaireBilan(envoi_de(request), initial={"version": ouverte.operation.version})

    def faire() -> None:
        services.terminer(lecteur, numero, **formulaire.cleaned_data)

    return _page_de_geste(request, lecteur, ouverte, Geste.CLORE, "Clore l’opération", formulaire, faire)


@acces(Qui.AGENT, ("POST",))
def annuler(request: RequeteConnectee, numero: int) -> HttpResponse:
    lecteur = lecteur_de(request)
    services.annuler(lecteur, numero, _version(request, lecteur, numero))
    return revenir_a(numero, Geste.ANNULER)


@acces(Qui.AGENT, ("POST",))
def croisements(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Set whether my service is told of visits announced on its targets."""
    lecteur, ouvrir = lecteur_de(request), request.POST.get("ouvrir") == "oui"
    services.ouvrir_aux_croisements(lecteur, numero, ouvrir, _version(request, lecteur, numero))
    return revenir_a(numero, Geste.OUVRIR if ouvrir else Geste.FERMER)


@acces(Qui.AGENT, ("POST",))
def retirer_service(request: RequeteConnectee, numero: int, service: int) -> HttpResponse:
    services.retirer_service(lecteur_de(request), numero, service)
    return revenir_a(numero, Geste.SORTIR)


@acces(Qui.AGENT, ("POST",))
def retirer_cible(request: RequeteConnectee, numero: int, cible: int) -> HttpResponse:
    lecteur = lecteur_de(request)
    services.retirer_cible(lecteur, numero, cible, _version(request, lecteur, numero))
    return revenir_a(numero, Geste.RETIRER)


@acces(Qui.AGENT, ("POST",))
def ajouter_service(request: RequeteConnectee, numero: int) -> HttpResponse:
    lecteur, ouverte = _modifiable(request, numero)
    rempli = FormulaireInvitation(selectors.invitables_a(ouverte.operation, lecteur.aujourd_hui), request.POST)
    return _sur_la_page(
        request, lecteur, ouverte, Geste.INVITER, "service", services.ajouter_service, invitation=rempli
    )


@acces(Qui.AGENT, ("POST",))
def ajouter_cibles(request: RequeteConnectee, numero: int) -> HttpResponse:
    lecteur, ouverte = _modifiable(request, numero)
    formulaire = FormulaireCibles(request.POST)
    return _sur_la_page(request, lecteur, ouverte, Geste.AJOUTER, "sirets", services.ajouter_cibles, ajout=formulaire)


@acces(Qui.AGENT, ("POST",))
def ajouter_note(request: RequeteConnectee, numero: int) -> HttpResponse:
    lecteur, ouverte = _modifiable(request, numero)
    formulaire = FormulaireNote(services_nommes(ouverte.auteurs), request.POST)
    return _sur_la_page(request, lecteur, ouverte, Geste.NOTER, "texte", services.ajouter_note, note=formulaire)


@acces(Qui.AGENT, ("GET", "POST"))
def cible(request: RequeteConnectee, numero: int, cible: int) -> HttpResponse:
    """One target: preparation, who does what, findings visible to me, mine to write."""
    lecteur = lecteur_de(request)
    if request.method == "GET" and (demande := demande_de_finalite(request, lecteur, OPERATION, 404)) is not None:
        return demande
    ouverte = trouver(lecteur, numero)
    vue = selectors.cible_vue(ouverte, cible)
    if request.method != "POST":
        return _page_de_cible(request, lecteur, ouverte, vue)
    OPERATIONS.suivant(ouverte.operation.etat, Geste.PREPARER)
    formulaire = FormulairePreparation(request.POST)
    envoi = tenter(formulaire, lambda: services.ecrire_preparation(lecteur, numero, cible, **formulaire.cleaned_data))
    if envoi.fait:
        return revenir_a(numero, Geste.PREPARER, cible)
    return _page_de_cible(request, lecteur, ouverte, vue, envoi.status, preparation=formulaire)


@acces(Qui.AGENT, ("POST",))
def ecrire_constat(request: RequeteConnectee, numero: int, cible: int) -> HttpResponse:
    lecteur, ouverte = _modifiable(request, numero)
    vue = selectors.cible_vue(ouverte, cible)
    groupes = services_nommes(ouverte.auteurs)
    voulu = [groupe for groupe in groupes if str(groupe.pk) == request.POST.get("service", "")]
    formulaire = FormulaireConstat(voulu or groupes[:1], request.POST)
    envoi = tenter(formulaire, lambda: services.ecrire_constat(lecteur, numero, cible, **formulaire.cleaned_data))
    if envoi.fait:
        return revenir_a(numero, Geste.CONSTATER, cible)
    return _page_de_cible(request, lecteur, ouverte, vue, envoi.status, constat=formulaire)


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
    """The page of a target, with one form per service of mine; a form shown again keeps what was typed."""
    droits.consigner_liste(lecteur, OPERATION, ouverte.lecteurs, [vue.cible.siret])
    tenue, modifiable = vue.cible, selectors.modifiable(ouverte.operation)
    en_place = {"preparation": tenue.preparation, "roles": tenue.roles, "version": tenue.version}
    if preparation is not None and status == 409:
        preparation.relire(tenue.version)
    siens = {c.service_id: c for c in vue.miens}
    constats = []
    for groupe in services_nommes(ouverte.auteurs):
        ecrit = siens.get(groupe.pk)
        depart = {nom: getattr(ecrit, nom) for nom in ("texte", "partage", "version")} if ecrit else {"version": 0}
        formulaire = FormulaireConstat([groupe], initial=depart, auto_id=f"id_constat{groupe.pk}_%s")
        if constat is not None and constat.services[0].pk == groupe.pk:
            formulaire = constat
            if status == 409:
                formulaire.relire(depart["version"])
        constats.append((groupe, ecrit, formulaire))
    contexte = {
        "operation": ouverte.operation,
        "vue": vue,
        "ecrit": bool(ouverte.auteurs) and modifiable,
        "gere": ouverte.coordonnee and modifiable,
        "preparation": preparation or FormulairePreparation(initial=en_place),
        "commencee": ouverte.operation.premier_jour <= lecteur.aujourd_hui,
        "conflit": preparation is not None and status == 409,
        "constats": constats,
    }
    return render(request, "echanges/operations/cible.html", contexte, status=status)


def _modifiable(request: RequeteConnectee, numero: int) -> tuple[LecteurDeDonnees, OperationOuverte]:
    """An operation in preparation. Raises Introuvable, GesteImpossible."""
    lecteur = lecteur_de(request)
    ouverte = trouver(lecteur, numero)
    OPERATIONS.suivant(ouverte.operation.etat, Geste.MODIFIER)
    return lecteur, ouverte


def _ouverte_a(request: RequeteConnectee, numero: int, geste: Geste) -> tuple[LecteurDeDonnees, OperationOuverte]:
    """An operation, for an action that I may do. Raises Introuvable, GesteRefuse, GesteImpossible."""
    lecteur, ouverte = _modifiable(request, numero)
    ouverte.exiger(geste)
    return lecteur, ouverte


def _sur_la_page(
    request: RequeteConnectee,
    lecteur: LecteurDeDonnees,
    ouverte: OperationOuverte,
    geste: Geste,
    champ: str,
    faire: Callable[..., object],
    **rempli: forms.Form,
) -> HttpResponse:
    """Apply a form of an operation's page with ``faire`` (a service), or show the page again with it."""
    (formulaire,), numero = rempli.values(), ouverte.operation.pk
    envoi = tenter(formulaire, lambda: faire(lecteur, numero, **formulaire.cleaned_data), champ)
    if envoi.fait:
        return revenir_a(numero, geste)
    return page_d_operation(request, lecteur, ouverte, envoi.status, **rempli)


def _page_de_geste(
    request: RequeteConnectee,
    lecteur: LecteurDeDonnees,
    ouverte: OperationOuverte,
    geste: Geste,
    titre: str,
    formulaire: FormulaireVersionne,
    faire: Callable[[], object],
) -> HttpResponse:
    """The page of one form of the coordinator; after a conflict it shows the current values and keeps what was
    typed."""
    menee, envoi = ouverte.operation, tenter(formulaire, faire)
    if envoi.fait:
        return revenir_a(menee.pk, geste)
    if envoi.status == 409:
        formulaire.relire(menee.version)
    droits.consigner(lecteur, OPERATION, ouverte.lecteurs, "", 1)
    contexte = {"operation": menee, "formulaire": formulaire, "titre": titre, "conflit": envoi.status == 409}
    return render(request, "echanges/operations/geste.html", contexte, status=envoi.status)


def _version(request: RequeteConnectee, lecteur: LecteurDeDonnees, numero: int) -> int:
    """The version sent by a button; 0, which never exists, when invalid. Raises Introuvable first, so that an invalid
    value reveals nothing."""
    trouver(lecteur, numero)
    return lire_entier(request.POST.get("version", ""))
