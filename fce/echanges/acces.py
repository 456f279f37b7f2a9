"""Services in whose name an agent reads and writes a kind of exchange, and the journal of such readings.

Rights are checked before anything is read, and one query covers both, so that a forbidden number gets the same answer
as an unknown one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import QuerySet

from fce.droits.comptes.models import Appartenance, Groupe
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import CONTACTS, Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.models import Dossier
from fce.echanges.finalite import finalites_offertes
from fce.echanges.objets import ObjetEchange


def services_lecteurs(lecteur: LecteurDeDonnees, objet: ObjetEchange) -> frozenset[int]:
    """Services in whose name an agent may read a kind of exchange; for a secret, his purpose must be confirmed."""
    return lecteur.services(objet, Droit.CONSULTER)


def services_auteurs(lecteur: LecteurDeDonnees, objet: ObjetEchange) -> frozenset[int]:
    """Services in whose name an agent may both read and write a kind of exchange."""
    return services_lecteurs(lecteur, objet) & lecteur.services(objet)


def services_a_confirmer(lecteur: LecteurDeDonnees, objet: ObjetEchange) -> frozenset[int]:
    """Services in whose name he may write under any purpose that he could confirm. Used to show a number of pending
    items before he does."""
    siens = services_auteurs(lecteur, objet)
    for finalite in finalites_offertes(lecteur, objet):
        siens |= services_auteurs(replace(lecteur, finalite=finalite.code), objet)
    return siens


def exiger_auteur(lecteur: LecteurDeDonnees, service: int, objet: ObjetEchange, refus: str) -> frozenset[int]:
    """Services in whose name he may read and write; ``service`` must be one of them. Raises GesteRefuse with the reason
    of his rights, or with ``refus`` when he may only write."""
    siens = services_auteurs(lecteur, objet)
    if service not in siens:
        lecteur.exiger_service(service, objet)
        raise GesteRefuse(refus)
    return siens


def services_nommes(services: Iterable[int]) -> list[Groupe]:
    """Groups with these numbers, by name."""
    return list(Groupe.objects.select_related("organisation").filter(pk__in=list(services)).order_by("nom", "pk"))


def services_habilites(jour: date, *droits: Droit) -> QuerySet[Groupe]:
    """Open services with a habilitation in force on contacts that gives these rights: those that another service may
    name."""
    tenus = Dossier.objects.filter(
        etat=EtatDossier.VALIDE,
        debut__lte=jour,
        fin__gte=jour,
        groupes_de_donnees__contains=[CONTACTS],
        droits__contains=[str(droit) for droit in droits],
    )
    ouverts = Groupe.objects.filter(pk__in=tenus.values("groupe"), ferme_le=None, organisation__fermee_le=None)
    return ouverts.select_related("organisation").order_by("nom", "organisation__nom", "pk")


def services_presents() -> QuerySet[Groupe]:
    """Open services with an active member: in the others, nobody reads nor answers."""
    tenues = Appartenance.objects.filter(fin=None, suspendue_le=None, compte__desactive_le=None)
    return Groupe.objects.filter(pk__in=tenues.values("groupe"), ferme_le=None, organisation__fermee_le=None)


def services_pourvus(jour: date, *droits: Droit) -> QuerySet[Groupe]:
    """``services_habilites`` with an active member, who can use these rights."""
    return services_habilites(jour, *droits).filter(pk__in=services_presents().values("pk"))


def consigner(
    lecteur: LecteurDeDonnees, objet: ObjetEchange, services: Iterable[int], numero: str, lignes: int
) -> None:
    """Write in the journal a reading in the name of some services, before its data leave. ``numero``: SIREN or SIRET,
    "" when about no company.

    Raises GesteRefuse, JournalIndisponible, VolumeDepasse.
    """
    permis = lecteur.au_nom_de(services).exiger(objet, numero[:9] or None)
    lecteur.consigner(objet, permis, numero, lignes)


def consigner_liste(
    lecteur: LecteurDeDonnees, objet: ObjetEchange, services: Iterable[int], numeros: Iterable[str]
) -> None:
    """Write in the journal the reading of a list about these units in the name of some services. Raises as
    ``consigner``."""
    lecteur.consigner_liste(objet, lecteur.au_nom_de(services).exiger(objet), numeros)
