"""In whose name an agent reads and writes a kind of exchange, and the journal of what is read so.

A number that is not open to the reader is answered as one that nobody has: his rights are decided before anything is
read, then one query looks for both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import QuerySet

from fce.comptes.models import Groupe
from fce.droits.dossiers.etats import EtatDossier
from fce.droits.erreurs import GesteRefuse
from fce.droits.finalites import CONTACTS, Droit
from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.models import Dossier
from fce.echanges.finalite import finalites_offertes
from fce.echanges.objets import ObjetEchange


def services_lecteurs(lecteur: LecteurDeDonnees, objet: ObjetEchange) -> frozenset[int]:
    """Services in whose name an agent may read a kind of exchange, his purpose confirmed when it is a secret."""
    return lecteur.services(objet, Droit.CONSULTER)


def services_auteurs(lecteur: LecteurDeDonnees, objet: ObjetEchange) -> frozenset[int]:
    """Services in whose name an agent may both read and write a kind of exchange."""
    return services_lecteurs(lecteur, objet) & lecteur.services(objet)


def services_a_confirmer(lecteur: LecteurDeDonnees, objet: ObjetEchange) -> frozenset[int]:
    """Services in whose name he may write whichever of his purposes he confirms: what waits for him is told, as a
    number, before he has."""
    siens = services_auteurs(lecteur, objet)
    for finalite in finalites_offertes(lecteur, objet):
        siens |= services_auteurs(replace(lecteur, finalite=finalite.code), objet)
    return siens


def exiger_auteur(lecteur: LecteurDeDonnees, service: int, objet: ObjetEchange, refus: str) -> frozenset[int]:
    """The services in whose name he may read and write, of which ``service`` must be. Raises GesteRefuse, with the
    reason of his rights, or ``refus`` when he may write and not read."""
    siens = services_auteurs(lecteur, objet)
    if service not in siens:
        lecteur.exiger_service(service, objet)
        raise GesteRefuse(refus)
    return siens


def services_nommes(services: Iterable[int]) -> list[Groupe]:
    """The groups of these numbers, by name."""
    return list(Groupe.objects.select_related("organisation").filter(pk__in=list(services)).order_by("nom", "pk"))


def services_habilites(jour: date, *droits: Droit) -> QuerySet[Groupe]:
    """Services that are open, with a habilitation in force on contacts that gives these rights: those that may be named
    in what another one writes."""
    tenus = Dossier.objects.filter(
        etat=EtatDossier.VALIDE,
        debut__lte=jour,
        fin__gte=jour,
        groupes_de_donnees__contains=[CONTACTS],
        droits__contains=[str(droit) for droit in droits],
    )
    ouverts = Groupe.objects.filter(pk__in=tenus.values("groupe"), ferme_le=None, organisation__fermee_le=None)
    return ouverts.select_related("organisation").order_by("nom", "organisation__nom", "pk")


def consigner(
    lecteur: LecteurDeDonnees, objet: ObjetEchange, services: Iterable[int], numero: str, lignes: int
) -> None:
    """Write in the journal what is read in the name of some services, before anything of it leaves. ``numero``: SIREN
    or SIRET, "" for what tells of no company.

    Raises GesteRefuse, JournalIndisponible, VolumeDepasse.
    """
    permis = lecteur.au_nom_de(services).exiger(objet, numero[:9] or None)
    lecteur.consigner(objet, permis, numero, lignes)


def consigner_liste(
    lecteur: LecteurDeDonnees, objet: ObjetEchange, services: Iterable[int], numeros: Iterable[str]
) -> None:
    """Write in the journal that a list about these units is read in the name of some services. Raises as ``consigner``
    does."""
    lecteur.consigner_liste(objet, lecteur.au_nom_de(services).exiger(objet), numeros)
