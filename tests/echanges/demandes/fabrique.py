"""Services of the directory, questions and their jobs: written as people write, done as the worker does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes import courriels as comptes
from fce.droits.comptes.tasks import envoyer_a_un_compte
from fce.droits.habilitations.finalites import PROFILS
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges import courriels
from fce.echanges.annuaire.services import Competence, ecrire_entree
from fce.echanges.demandes import services
from fce.echanges.demandes.saisies import SaisieDemande
from fce.echanges.models import Demande, Saisine
from fce.echanges.tasks import ecrire_a_un_service
from fce.echanges.vocabulaire import NatureService
from tests.droits.comptes import fabrique as c
from tests.echanges.operations import fabrique as operations
from tests.echanges.operations.fabrique import ServiceJoue

QUESTION = "MRK-QUESTION Un contrôle est-il prévu ?"
N = NatureService


@dataclass(frozen=True)
class Joue(ServiceJoue):
    """A service whose agent confirms the first purpose of its own profile."""

    finalite: str = operations.FINALITE

    def lecteur(self, dans: timedelta = timedelta(0), **differences: Any) -> LecteurDeDonnees:
        return super().lecteur(dans, **{"finalite": self.finalite, **differences})

    def client(self, *, mfa: bool = True, finalite: str | None = "sienne") -> Client:
        return super().client(mfa=mfa, finalite=self.finalite if finalite == "sienne" else finalite)


def service(
    nom: str, nature: NatureService = N.UNITE_CONTROLE, profil: str = "inspection-travail", **competence: Any
) -> Joue:
    cree = operations.service(nom, profil)
    cree = Joue(cree.groupe, cree.compte, cree.dossier, PROFILS[profil].finalites[0])
    inscrire(cree, nature, **competence)
    return cree


def inscrire(de: ServiceJoue, nature: NatureService = N.UNITE_CONTROLE, **competence: Any) -> None:
    ecrire_entree(de.groupe, Competence(**{"nature": nature, "territoire": ("59",), **competence}), "c0")


def trois() -> tuple[Joue, Joue, Joue]:
    return service("Inspection"), service("Impots", N.DGFIP, "dgfip"), service("Tiers", N.DDPP, "ccrf")


def saisie(*a: ServiceJoue, siret: str = "", **differences: Any) -> SaisieDemande:
    siret = siret or operations.sirene(1)[0]
    return SaisieDemande(
        **{
            "siren": siret[:9],
            "siret": siret,
            "objet": "MRK-OBJET",
            "question": QUESTION,
            "services": tuple(s.pk for s in a),
            **differences,
        }
    )


def demande(de: ServiceJoue, *a: ServiceJoue, **differences: Any) -> Demande:
    return services.envoyer_demande(de.lecteur(), de.pk, saisie(*a, **differences))


def saisine(d: Demande, de: ServiceJoue) -> Saisine:
    return Saisine.objects.get(demande=d, service=de.groupe)


def collegue(de: Joue, **compte: Any) -> Joue:
    agent = c.compte(siret=de.compte.siret, **compte)
    c.appartenance(agent, de.groupe)
    return replace(de, compte=agent)


def le(jour: date) -> timedelta:
    """Time from now to noon of a day, for ``ServiceJoue.lecteur(dans=)``."""
    return timezone.make_aware(datetime.combine(jour, time(12))) - timezone.now()


def travaux() -> list[str]:
    noms = (comptes.TACHE_COURRIEL, courriels.TACHE_SERVICE)
    return [t.args["phrase"] for t in ProcrastinateJob.objects.filter(task_name__in=noms).order_by("pk")]


def relever() -> list[EmailMessage]:
    """Run each queued mail job once; return the mails."""
    avant = len(mail.outbox)
    envois = {comptes.TACHE_COURRIEL: envoyer_a_un_compte, courriels.TACHE_SERVICE: ecrire_a_un_service}
    for travail in ProcrastinateJob.objects.filter(task_name__in=envois).order_by("pk"):
        envois[travail.task_name](**travail.args)
        ProcrastinateJob.objects.filter(pk=travail.pk).update(task_name="fait")
    return mail.outbox[avant:]
