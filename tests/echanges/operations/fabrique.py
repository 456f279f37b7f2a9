"""Services, agents and operations of the tests: habilitated as people are, written as people write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.models import Dossier
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges import tasks
from fce.echanges.croisements.adresses import lieux_de
from fce.echanges.models import LieuVisite, OperationConjointe, VisiteAnnoncee
from fce.echanges.operations import courriels, croisements, services
from fce.echanges.operations.saisies import Cadre
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c

FINALITE = "controle-travail"
DEMAIN = timedelta(days=1)


@dataclass(frozen=True)
class ServiceJoue:
    """A service with one agent. ``lecteur``, ``client``: he acts now, second factor shown and purpose confirmed."""

    groupe: Groupe
    compte: Compte
    dossier: Dossier

    def lecteur(self, dans: timedelta = timedelta(0), **differences: Any) -> LecteurDeDonnees:
        """``dans``: from now, with today's rights."""
        mfa = differences.pop("mfa", True)
        voulues: dict[str, Any] = {"finalite": FINALITE, "maintenant": timezone.now() + dans} | differences
        return LecteurDeDonnees(acteur_de(self.compte, mfa=mfa), usuelle=True, **voulues)

    def client(self, *, mfa: bool = True, finalite: str | None = FINALITE) -> Client:
        return c.client_de(self.compte, mfa=mfa, **({"finalite": finalite} if finalite else {}))

    @property
    def pk(self) -> int:
        return self.groupe.pk


def service(nom: str, profil: str = "inspection-travail", **differences: Any) -> ServiceJoue:
    compte = c.compte()
    groupe = c.groupe(nom=nom, courriel=f"{nom.lower().replace(' ', '-')}@service.example", **differences)
    c.appartenance(compte, groupe)
    return ServiceJoue(groupe, compte, acteurs.dossier(groupe, profil, ("59",)))


def sirene(nombre: int = 3) -> list[str]:
    sirens = [f.siren_no(n) for n in range(1, nombre + 1)]
    f.unites(*(f.unite(s, denomination=f"ATELIERS INVENTES {n}") for n, s in enumerate(sirens, 1)))
    f.lieux(
        *(
            f.lieu(
                s,
                code_commune="59350",
                libelle_commune="LILLE",
                numero_voie=str(n),
                type_voie="RUE",
                libelle_voie="DES LILAS",
            )
            for n, s in enumerate(sirens, 1)
        )
    )
    return [f.siret_no(s) for s in sirens]


def cadre(jour: date | None = None, nom: str = "Chantiers du canal", consignes: str = "") -> Cadre:
    return Cadre(nom, jour or timezone.localdate() + timedelta(days=10), consignes)


def operation(
    mene: ServiceJoue, *invites: ServiceJoue, sirets: Iterable[str] = (), jour: date | None = None
) -> OperationConjointe:
    return services.creer(mene.lecteur(), mene.pk, cadre(jour), invites=[s.pk for s in invites], sirets=sirets)


def relever() -> list[EmailMessage]:
    """Run the queued jobs of operations, and those they queue; return the mails."""
    avant, dernier = len(mail.outbox), 0
    travaux: dict[str, Callable[..., Any]] = {
        courriels.TACHE_INVITATION_OPERATION: tasks.envoyer_une_invitation_a_une_operation,
        courriels.TACHE_COORDINATEUR: tasks.envoyer_un_croisement,
        croisements.TACHE_CROISEMENTS: tasks.annoncer_les_croisements,
    }
    while suite := ProcrastinateJob.objects.filter(task_name__in=travaux, pk__gt=dernier).order_by("pk").first():
        travaux[suite.task_name](**suite.args)
        dernier = suite.pk
    return mail.outbox[avant:]


def visite(du: ServiceJoue, siret: str, jour: date, **differences: Any) -> VisiteAnnoncee:
    annoncee = VisiteAnnoncee.objects.create(
        **{
            "service": du.groupe,
            "siren": siret[:9],
            "debut": jour,
            "fin": jour,
            "auteur": du.compte.identifiant,
            **differences,
        }
    )
    connu = lieux_de([siret]).get(siret)
    LieuVisite.objects.create(visite=annoncee, siret=siret, cle_adresse=connu.cle_adresse if connu else "")
    return annoncee
