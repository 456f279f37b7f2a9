"""Reads of ``/gestion``: accounts, organisations, jobs; never a row of a source."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, F, Func, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.donnees.imports.models import EchecTravail, Import
from fce.droits.comptes.models import (
    Appartenance,
    Compte,
    DemandeOuverture,
    EvenementCompte,
    Groupe,
    Organisation,
    Rattachement,
    Session,
)
from fce.droits.comptes.sessions import DUREE, INACTIVITE
from fce.droits.habilitations.dossiers.etats import DOSSIERS, EtatDossier, GesteDossier
from fce.droits.habilitations.models import Dossier
from fce.service.gestion.libelles import ACTIONS_MONTREES
from fce.service.portail.contact.etats import ASSISTANCE
from fce.service.portail.models import DemandeAssistance, RetourUtilisateur
from fce.service.portail.signalements.etats import SIGNALEMENTS
from fce.service.portail.signalements.selectors import de_l_equipe as signalements_de_l_equipe

RECENT = timedelta(days=30)


class ChiffresDeGestion(NamedTuple):
    """Counts of the home page."""

    comptes: int
    actifs: int
    sessions: int
    organisations: int
    groupes: int
    demandes: int
    habilitations: int
    rattachements: int
    signalements: int
    messages: int
    avis: int
    imports: int
    travaux: int


def comptes() -> ChiffresDeGestion:
    """Count everything, and what waits for someone."""
    maintenant = timezone.now()
    return ChiffresDeGestion(
        comptes=Compte.objects.filter(desactive_le=None).count(),
        actifs=Compte.objects.filter(desactive_le=None, derniere_connexion__gt=maintenant - RECENT).count(),
        sessions=sessions_ouvertes(maintenant).count(),
        organisations=Organisation.objects.filter(fermee_le=None).count(),
        groupes=Groupe.objects.filter(ferme_le=None, organisation__fermee_le=None).count(),
        demandes=DemandeOuverture.objects.filter(etat=DemandeOuverture.Etat.RECUE).count(),
        habilitations=Dossier.objects.filter(etat=EtatDossier.SOUMIS).count(),
        rattachements=Rattachement.objects.filter(etat=Rattachement.Etat.DEMANDE).count(),
        signalements=signalements_de_l_equipe().filter(etat__in=SIGNALEMENTS.ouverts).count(),
        messages=DemandeAssistance.objects.filter(etat__in=ASSISTANCE.ouverts).count(),
        avis=RetourUtilisateur.objects.filter(lu_le=None).count(),
        imports=len(imports_en_echec()),
        travaux=travaux_en_echec().count(),
    )


def sessions_ouvertes(maintenant: datetime) -> QuerySet[Session]:
    """Sessions of accounts that are still valid."""
    return Session.objects.filter(
        vue_le__gt=maintenant - INACTIVITE, creee_le__gt=maintenant - DUREE, compte__isnull=False
    )


def organisations() -> QuerySet[Organisation]:
    """Return the organisations, open ones first, with their number of open groups."""
    ouverts = Count("groupes", filter=Q(groupes__ferme_le=None))
    return Organisation.objects.annotate(nombre=ouverts).order_by(F("fermee_le").asc(nulls_first=True), "nom", "id")


def groupes_de(organisation: Organisation) -> QuerySet[Groupe]:
    """Return an organisation's groups, with their numbers of members and managers."""
    presents = Q(appartenances__fin=None, appartenances__isnull=False)
    return (
        Groupe.objects.filter(organisation=organisation)
        .annotate(
            membres=Count("appartenances", filter=presents),
            gestionnaires=Count("appartenances", filter=presents & Q(appartenances__gestionnaire=True)),
        )
        .order_by(F("ferme_le").asc(nulls_first=True), "nom", "id")
    )


def appartenances_de(compte: Compte) -> list[Appartenance]:
    """Return an account's memberships, current ones first."""
    return list(
        Appartenance.objects.select_related("groupe__organisation")
        .filter(compte=compte)
        .order_by(F("fin").desc(nulls_first=True), "id")[:100]
    )


def dossiers_en_attente() -> QuerySet[Dossier]:
    """Return the habilitations that an approver has not decided: whose, and since when."""
    return (
        Dossier.objects.select_related("groupe__organisation")
        .filter(etat__in=DOSSIERS.depuis(GesteDossier.REFUSER))
        .only("etat", "soumis_le", "groupe__nom", "groupe__organisation__nom", "groupe__organisation__numero")
        .order_by("soumis_le", "id")
    )


def imports_en_echec() -> list[Import]:
    """Return the sources whose latest import was refused or failed, without the reason, which may quote the file."""
    derniers = (
        Import.objects.filter(meneur=None)
        .exclude(statut=Import.Statut.VERIFIE)
        .order_by("source", "-id")
        .distinct("source")
        .only("source", "statut", "debut", "par", "ecartees")
    )
    return [i for i in derniers if i.statut in (Import.Statut.REFUSE, Import.Statut.ECHOUE)]


class _SansInstant(Func):
    """Arguments of a job without the timestamp of a periodic run."""

    template = "(%(expressions)s - 'timestamp')"
    output_field = JSONField()


def travaux_en_echec() -> QuerySet[ProcrastinateJob]:
    """Return the failed jobs that no later job (same task and arguments) replaces, with the class of their error."""
    relances = ProcrastinateJob.objects.filter(
        pk__gt=OuterRef("pk"), task_name=OuterRef("task_name"), args__contains=_SansInstant(OuterRef("args"))
    )
    classe = EchecTravail.objects.filter(travail=OuterRef("pk"))
    return (
        ProcrastinateJob.objects.filter(status="failed")
        .filter(~Exists(relances))
        .annotate(
            classe=Coalesce(classe.values("classe")[:1], Value("")),
            quand=classe.values("quand")[:1],
        )
        .order_by("-id")
    )


def evenements(objet: str = "", par: str = "") -> QuerySet[EvenementCompte]:
    """Return the events that the team may read (``libelles.ACTIONS_MONTREES``), latest first; ``objet``, ``par``: exact
    identifiers, "" for all."""
    trouves = EvenementCompte.objects.filter(action__in=ACTIONS_MONTREES).order_by("-id")
    if objet:
        trouves = trouves.filter(objet=objet[:60])
    if par:
        trouves = trouves.filter(par=par[:40])
    return trouves
