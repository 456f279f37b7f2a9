"""Pages that read operations: list, one operation, its printed page, its calendar file.

Each checks rights, loads the operation, then journals the reading before composing the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from fce.donnees.entreprises.cartes import SiteDeCarte, carte_des_sites
from fce.droits.comptes.models import Groupe
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges import acces as droits
from fce.echanges.acces import services_nommes
from fce.echanges.agenda import TYPE_AGENDA, EntreeAgenda, agenda as fichier_d_agenda
from fce.echanges.finalite import demande_de_finalite
from fce.echanges.genre import SANS_VALEUR
from fce.echanges.models import OperationConjointe
from fce.echanges.operations import selectors, services
from fce.echanges.operations.acces import OperationOuverte, services_qui_ont_ecrit, trouver
from fce.echanges.operations.contacts import visites_des_cibles
from fce.echanges.operations.croisements import CroisementDeCible, croisements_de
from fce.echanges.operations.formulaires import (
    FormulaireCibles,
    FormulaireInvitation,
    FormulaireNote,
    FormulaireOperation,
    FormulairePieces,
)
from fce.echanges.operations.genre import OPERATION, OPERATIONS, EtatOperation, GesteOperation
from fce.echanges.visites.genre import VISITE
from fce.echanges.vocabulaire import Signe
from fce.socle.erreurs import Introuvable, VolumeDepasse
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.pages import numeros, page_de
from fce.socle.web.routes import Qui, Surface, acces


@acces(Qui.AGENT, surface=Surface.LISTE)
def operations(request: RequeteConnectee) -> HttpResponse:
    """Operations of my services; asks for the purpose first."""
    lecteur = lecteur_de(request)
    if (demande := demande_de_finalite(request, lecteur, OPERATION, 403)) is not None:
        return demande
    lecteur.exiger(OPERATION)
    lecteurs = droits.services_lecteurs(lecteur, OPERATION)
    page = page_de(request, selectors.operations_de(lecteurs))
    droits.consigner(lecteur, OPERATION, lecteurs, "", len(page.object_list))
    contexte = {
        "page": page,
        "numeros": numeros(page.number, page.paginator.num_pages),
        "quittees": selectors.operations_quittees(lecteurs),
        "creable": bool(droits.services_auteurs(lecteur, OPERATION)),
    }
    return render(request, "echanges/operations/operations.html", contexte)


@acces(Qui.AGENT, ("GET", "POST"))
def creer(request: RequeteConnectee) -> HttpResponse:
    """A new operation, led by one of my services."""
    lecteur = lecteur_de(request)
    if (demande := demande_de_finalite(request, lecteur, OPERATION, 403)) is not None:
        return demande
    return page_de_creation(request, lecteur)


def page_de_creation(
    request: RequeteConnectee, lecteur: LecteurDeDonnees, depart: Mapping[str, str] = SANS_VALEUR
) -> HttpResponse:
    """The form of a new operation, filled with ``depart``. Raises GesteRefuse."""
    lecteur.exiger(OPERATION)
    miens = services_nommes(droits.services_auteurs(lecteur, OPERATION))
    if not miens:
        lecteur.exiger_service(0, OPERATION)
    invitables = selectors.services_invitables(lecteur.aujourd_hui)
    formulaire = FormulaireOperation(miens, invitables, envoi_de(request), initial=depart)

    def faire() -> OperationConjointe:
        dit = formulaire.cleaned_data
        invites, sirets = dit.get("invites") or (), dit["sirets"]
        return services.creer(lecteur, dit["service"], formulaire.cadre, invites=invites, sirets=sirets)

    envoi = tenter(formulaire, faire)
    if envoi.fait:
        return revenir(reverse("echanges:operation", args=[envoi.rendu.pk]), "operation-creee")
    contexte = {"formulaire": formulaire, "miens": miens}
    return render(request, "echanges/operations/creation.html", contexte, status=envoi.status)


@acces(Qui.AGENT)
def operation(request: RequeteConnectee, numero: int) -> HttpResponse:
    """One operation: frame, targets, services, notes; for the leading service, what crosses its targets."""
    lecteur = lecteur_de(request)
    if (demande := demande_de_finalite(request, lecteur, OPERATION, 404)) is not None:
        return demande
    try:
        ouverte = trouver(lecteur, numero)
    except Introuvable:
        return _page_quittee(request, lecteur, numero)
    return page_d_operation(request, lecteur, ouverte)


@acces(Qui.AGENT)
def impression(request: RequeteConnectee, numero: int) -> HttpResponse:
    """One operation on paper: frame, services, targets with their preparation, room to write."""
    lecteur = lecteur_de(request)
    if (demande := demande_de_finalite(request, lecteur, OPERATION, 404)) is not None:
        return demande
    ouverte = trouver(lecteur, numero)
    contexte = _contenu(lecteur, ouverte)
    contexte["sur_carte"] = [
        carte_des_sites(
            SiteDeCarte(
                c.cible.siret, ", ".join(filter(None, (f"{rang}", c.nom, c.commune))),
                reverse("echanges:operation-cible", args=[numero, c.cible.pk]), ordre=rang,
            )
            for rang, c in enumerate(contexte["cibles"], 1)
        )
    ]  # fmt: skip
    return render(request, "echanges/operations/impression.html", contexte)


@acces(Qui.AGENT)
def agenda(request: RequeteConnectee, numero: int) -> HttpResponse:
    lecteur = lecteur_de(request)
    ouverte = trouver(lecteur, numero)
    droits.consigner(lecteur, OPERATION, ouverte.lecteurs, "", 1)
    operation = ouverte.operation
    page = settings.FCE_ADRESSE_PUBLIQUE.rstrip("/") + reverse("echanges:operation", args=[numero])
    # Only its number, day, hour and link.
    entree = EntreeAgenda(
        operation.reference,
        *operation.duree,
        f"Opération {operation.marque}",
        page,
        revision=operation.version,
        annulee=operation.etat == EtatOperation.ANNULEE,
    )
    reponse = HttpResponse(fichier_d_agenda([entree], operation.cree_le), content_type=TYPE_AGENDA)
    nom = f"operation-{operation.marque}.ics"
    reponse["Content-Disposition"] = content_disposition_header(True, nom) or "attachment"
    return reponse


def page_d_operation(
    request: RequeteConnectee, lecteur: LecteurDeDonnees, ouverte: OperationOuverte, status: int = 200, **autres: Any
) -> HttpResponse:
    """The page of an operation, with a form to show again in ``autres`` (``ajout``, ``invitation``, ``note``,
    ``depot``)."""
    for rempli in autres.values():
        # The browser scrolls to the error: these forms are at the end of a long page.
        for fautif in [nom for nom in rempli.errors if nom in rempli.fields][:1]:
            rempli.fields[fautif].widget.attrs["autofocus"] = True
    contexte = _contenu(lecteur, ouverte)
    croises, tus = _croisements(lecteur, ouverte)
    situes = [(c, vue) for c in croises for vue in contexte["cibles"] if vue.cible.siret == c.siret]
    gere, miens = ouverte.coordonnee and contexte["modifiable"], services_nommes(ouverte.auteurs)
    invitables = selectors.invitables_a(ouverte.operation, lecteur.aujourd_hui) if gere else ()
    contexte |= {
        "croisements": [x for x in situes if x[0].signe is not Signe.ENTREPRISE],
        "croisements_ailleurs": [x for x in situes if x[0].signe is Signe.ENTREPRISE],
        "croisements_tus": tus,
        "gere": gere,
        "orpheline": bool(ouverte.auteurs) and contexte["modifiable"] and not gere and ouverte.orpheline,
        "ecrit": bool(ouverte.auteurs) and contexte["modifiable"],
        "echue": ouverte.operation.jour <= lecteur.aujourd_hui,
        "commencee": ouverte.operation.premier_jour <= lecteur.aujourd_hui,
        "ajout": FormulaireCibles(),
        "invitation": FormulaireInvitation(invitables),
        "note": FormulaireNote(miens),
        "depot": FormulairePieces(miens),
        "mes_services": ouverte.auteurs,
        "visites": _visites(ouverte, miens, lecteur.aujourd_hui),
        **autres,
    }
    return render(request, "echanges/operations/operation.html", contexte, status=status)


def _page_quittee(request: RequeteConnectee, lecteur: LecteurDeDonnees, numero: int) -> HttpResponse:
    """What my services wrote in an operation that they were removed from. Raises Introuvable."""
    siens = services_qui_ont_ecrit(numero, droits.services_lecteurs(lecteur, OPERATION))
    quittee = selectors.operation_quittee(siens, numero)
    droits.consigner_liste(lecteur, OPERATION, siens, [constat.cible.siret for constat, _ in quittee.constats])
    return render(request, "echanges/operations/quittee.html", {"quittee": quittee})


def _contenu(lecteur: LecteurDeDonnees, ouverte: OperationOuverte) -> dict[str, Any]:
    """Common content of the pages of an operation, journalled first."""
    vue, modifiable = ouverte.operation, selectors.modifiable(ouverte.operation)
    droits.consigner_liste(lecteur, OPERATION, ouverte.lecteurs, vue.cibles.values_list("siret", flat=True))
    return {
        "operation": vue,
        "participants": selectors.participants(vue),
        "cibles": selectors.cibles_vues(ouverte),
        "notes": selectors.notes(vue),
        "pieces": selectors.pieces(vue),
        "modifiable": modifiable,
        "coordonnee": ouverte.coordonnee,
    }


def _visites(ouverte: OperationOuverte, miens: Iterable[Groupe], aujourd_hui: date) -> list[tuple[Groupe, int]]:
    """[(service of mine, targets that it visited and has not noted)…], from the day of the operation on."""
    operation = ouverte.operation
    if operation.premier_jour > aujourd_hui or GesteOperation.NOTER_VISITES not in OPERATIONS.possibles(operation.etat):
        return []
    return [(s, sum(p.a_noter for p in visites_des_cibles(operation, s.pk, aujourd_hui).values())) for s in miens]


def _croisements(lecteur: LecteurDeDonnees, ouverte: OperationOuverte) -> tuple[list[CroisementDeCible], str]:
    """Visits announced on the targets, for agents of the leading service, after checking its right to them and
    journalling each target; with the reason why they cannot be shown, or ""."""
    meneur = ouverte.operation.coordinateur_id
    if meneur not in ouverte.lecteurs or not lecteur.au_nom_de([meneur]).decider(VISITE):
        return [], ""
    trouves = croisements_de(ouverte.operation)
    au_nom, par_cible = lecteur.au_nom_de([meneur]), Counter(c.siret for c in trouves)
    try:
        # The coordinator chose these targets and others announced these visits: each company counts in the volume once
        # an hour (see ``Surface.OPERATION``).
        replace(lecteur, surface=Surface.OPERATION).consigner_tout(
            [(VISITE, au_nom.exiger(VISITE, siret[:9]), siret, n) for siret, n in par_cible.items()]
        )
    except VolumeDepasse as erreur:
        return [], erreur.message
    return trouves, ""


def revenir_a(numero: int, geste: GesteOperation, *cible: int) -> HttpResponse:
    """Redirect to an operation, or one of its targets, once an action is done."""
    page = "echanges:operation-cible" if cible else "echanges:operation"
    return revenir(reverse(page, args=[numero, *cible]), OPERATIONS.gestes[geste].fait)
