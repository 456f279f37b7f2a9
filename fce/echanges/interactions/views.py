"""Contacts: written from the sheet, read, changed, withdrawn."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from fce.droits.comptes.models import Groupe
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.acces import services_nommes
from fce.echanges.finalite import demande_de_finalite
from fce.echanges.formulaires import coches, tenter_avec_pieces
from fce.echanges.interactions import choix, selectors, services
from fce.echanges.interactions.formulaires import FormulaireContact
from fce.echanges.models import Interaction, VisiteAnnoncee
from fce.echanges.objets import CONTACT, CONTENU
from fce.echanges.pieces.reception import GuichetPieces, avec_pieces
from fce.echanges.unites import UniteVisee, unite_visee
from fce.echanges.visites.selectors import depart_d_un_contact, visite_de
from fce.echanges.visites.services import tenir
from fce.echanges.vocabulaire import GenreInteraction
from fce.socle.texte.identifiants import est_siret
from fce.socle.texte.pliage import lire_entier
from fce.socle.web import liens
from fce.socle.web.faits import revenir
from fce.socle.web.references import numero_de
from fce.socle.web.routes import Qui, Voie, acces

NOTE, MODIFIE, RETIRE, PIECE_RETIREE = "contact-note", "contact-modifie", "contact-retire", "piece-retiree"


@acces(Qui.AGENT, ("GET", "POST"), voie=Voie.DEPOT)
@csrf_exempt  # ``avec_pieces`` checks it, once it is known that the reader may write
def noter(request: RequeteConnectee, numero: str) -> HttpResponse:
    """Write a contact with a company (SIREN) or one of its establishments (SIRET)."""
    lecteur = lecteur_de(request)
    siens = services_d_ecriture(lecteur)
    unite = unite_visee(numero)
    if request.method == "POST":
        return avec_pieces(request, lambda guichet: _recevoir(request, lecteur, unite, siens, guichet))
    depart: dict[str, Any] = {"sirets": [numero]} if est_siret(numero) else {}
    if annoncee := numero_de(VisiteAnnoncee, request.GET.get("visite", "")):
        depart |= depart_d_un_contact(lecteur, annoncee)
    return _page(request, lecteur, FormulaireContact(siens, lecteur.aujourd_hui, initial=depart), unite)


@acces(Qui.AGENT)
def contact(request: RequeteConnectee, numero: int) -> HttpResponse:
    """One contact, at its reader's level."""
    vu = selectors.lire_contact(lecteur_de(request), numero)
    contexte = {
        "vu": vu,
        "finalites": vu.a_confirmer,
        "proposee": request.compte.finalite,
        "suite": request.path,
        "interaction": vu.interaction,
        "versions": [_version(version.contenu) | {"version": version} for version in vu.versions],
        "fiche": liens.adresse("entreprise", vu.interaction.siren),
    }
    return render(request, "echanges/contact.html", contexte)


@acces(Qui.AGENT, ("GET", "POST"), voie=Voie.DEPOT)
@csrf_exempt  # ``avec_pieces`` checks it, once it is known that the reader may write
def modifier(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Change a contact of one's own service. Its content is shown, hence journalled."""
    lecteur = lecteur_de(request)
    services.service_de(lecteur, numero)
    vu = selectors.lire_contact(lecteur, numero)
    if not vu.contenu:
        # The form holds the content: without it, saving would erase it.
        sien = lecteur.au_nom_de([vu.interaction.service_id])
        if (demande_ := demande_de_finalite(request, sien, CONTENU, 403)) is not None:
            return demande_
        raise GesteRefuse("Votre habilitation ne permet pas de lire ce contact, donc de le modifier.")
    ecrit, unite = vu.interaction, UniteVisee(vu.interaction.siren, vu.nom)
    if request.method == "POST":
        return avec_pieces(request, lambda guichet: _recevoir(request, lecteur, unite, [ecrit.service], guichet, ecrit))
    depart = services.contenu(ecrit) | {"jour": ecrit.jour, "suite_le": ecrit.suite_le, "version": ecrit.version}
    formulaire = FormulaireContact([ecrit.service], lecteur.aujourd_hui, initial=depart)
    return _page(request, lecteur, formulaire, unite, ecrit)


def _recevoir(
    request: HttpRequest,
    lecteur: LecteurDeDonnees,
    unite: UniteVisee,
    siens: list[Groupe],
    guichet: GuichetPieces,
    ecrit: Interaction | None = None,
) -> HttpResponse:
    """Save the form; ``ecrit``: the contact to change, None for a new one."""
    formulaire = FormulaireContact(siens, lecteur.aujourd_hui, request.POST)

    def tenir_la_visite(interaction: Interaction) -> None:
        dit = formulaire.cleaned_data
        if dit["visite"]:
            tenir(lecteur, visite_de(lecteur, dit["visite"]), dit["version"] or 0, interaction)

    def faire() -> None:
        dit, saisie = formulaire.cleaned_data, formulaire.saisie(unite.siren)
        joint: dict[str, Any] = {"pieces": guichet.rendre(), "confirme": dit["confirme"]}
        if ecrit is None:
            services.ecrire(lecteur, dit["service"], saisie, ensuite=tenir_la_visite, **joint)
        else:
            services.modifier(lecteur, ecrit.pk, saisie, version=dit["version"] or 0, **joint)

    envoi = tenter_avec_pieces(formulaire, faire, guichet, "note")
    if not envoi.fait:
        return _page(request, lecteur, formulaire, unite, ecrit, status=envoi.status)
    return revenir(reverse("echanges:contact", args=[ecrit.pk]), MODIFIE) if ecrit else revenir(unite.fiche, NOTE)


@acces(Qui.AGENT, ("POST",))
def retirer(request: RequeteConnectee, numero: int) -> HttpResponse:
    services.retirer(lecteur_de(request), numero, version=lire_entier(request.POST.get("version", "")))
    return revenir(reverse("echanges:contact", args=[numero]), RETIRE)


@acces(Qui.AGENT, ("POST",))
def retirer_piece(request: RequeteConnectee, numero: int, cle: uuid.UUID) -> HttpResponse:
    services.retirer_piece(lecteur_de(request), numero, cle, version=lire_entier(request.POST.get("version", "")))
    return revenir(reverse("echanges:contact", args=[numero]), PIECE_RETIREE)


@acces(Qui.AGENT, voie=Voie.FRAGMENT)
def choisir_etablissements(request: RequeteConnectee, numero: str) -> HttpResponse:
    """Fragment: establishments that match a search, ticked ones first."""
    lecteur = lecteur_de(request)
    services_d_ecriture(lecteur)
    liste = choix.etablissements_a_choisir(
        lecteur,
        unite_visee(numero).siren,
        request.GET.get("texte", "")[:100],
        request.GET.getlist("sirets")[: services.LIEUX_MAX],
    )
    return _fragment(request, "sirets", liste)


@acces(Qui.AGENT, voie=Voie.FRAGMENT)
def choisir_services(request: RequeteConnectee) -> HttpResponse:
    """Fragment: services that match a search, ticked ones first."""
    lecteur = lecteur_de(request)
    siens = services_d_ecriture(lecteur)
    liste = choix.services_a_choisir(
        lecteur,
        {service.pk for service in siens},
        request.GET.get("texte_services", "")[:100],
        request.GET.getlist("partages")[: services.PARTAGES_MAX],
    )
    return _fragment(request, "partages", liste)


def services_d_ecriture(lecteur: LecteurDeDonnees, *, action: Droit = Droit.MESSAGE) -> list[Groupe]:
    """Services in whose name he may act on contacts. Raises GesteRefuse with the reason when there are none."""
    siens = lecteur.services(CONTACT, action)
    if not siens:
        lecteur.exiger(CONTACT, action=action)
        raise GesteRefuse("Votre service n’est pas habilité à noter des contacts.")
    return services_nommes(siens)


def _page(
    request: HttpRequest,
    lecteur: LecteurDeDonnees,
    formulaire: FormulaireContact,
    unite: UniteVisee,
    interaction: Interaction | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    siens: list[Groupe] = formulaire.services
    contexte = {
        "formulaire": formulaire,
        "unite": unite,
        "interaction": interaction,
        "retour": reverse("echanges:contact", args=[interaction.pk]) if interaction else unite.fiche,
        "service": siens[0] if len(siens) == 1 else None,
        "lieux": choix.etablissements_a_choisir(
            lecteur, unite.siren, request.GET.get("texte", "")[:100], coches(formulaire, "sirets")
        ),
        "lisants": choix.services_a_choisir(
            lecteur,
            {service.pk for service in siens},
            request.GET.get("texte_services", "")[:100],
            coches(formulaire, "partages"),
        ),
    }
    return render(request, "echanges/noter.html", contexte, status=status)


def _fragment(request: HttpRequest, nom: str, liste: choix.ListeAChoisir) -> HttpResponse:
    return render(request, "echanges/_choix.html", {"nom": nom, "liste": liste, "fragment": True})


def _version(contenu: dict[str, Any]) -> dict[str, Any]:
    return contenu | {
        "genre": dict(GenreInteraction.choices).get(contenu["genre"], contenu["genre"]),
        "themes": selectors.nommer_themes(contenu["themes"]),
    }
