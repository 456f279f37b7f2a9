"""Announced visits that cross the targets of an operation: only its coordinator is told.

The announcing service must learn nothing, not even from the response time: a job asks the question, for every visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Final, NamedTuple, Protocol

from django.db import connection
from django.db.models import Q
from procrastinate.contrib.django import app

from fce.donnees.entreprises.voisinage import sql_parente
from fce.echanges.croisements.adresses import debuts, lieux_de, se_rejoignent
from fce.echanges.croisements.regles import Duree, lundi
from fce.echanges.models import Cible, LieuVisite, OperationConjointe, VisiteAnnoncee
from fce.echanges.operations.genre import EtatOperation
from fce.echanges.visites.devenir import A_DEFAIRE
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.vocabulaire import Signe
from fce.socle.texte.formats import semaine

TACHE_CROISEMENTS: Final = "croiser_les_operations"
VISITES_MAX: Final = 100
"""Maximum visits read by a page: those at the place of a target before those elsewhere in its company, the earliest
first."""
_OU: Final = {
    Signe.ETABLISSEMENT: "sur la cible",
    Signe.SUCCESSION: "sur un établissement repris par la cible, ou qui l’a reprise :",
    Signe.ADRESSE: "sur un autre établissement, à la même adresse que la cible",
    Signe.ENTREPRISE: "hors de vos cibles, sur un autre établissement de la même entreprise que la cible",
}
# Same collation as the files' tables.
_PARENTS: Final = sql_parente('SELECT unnest(%s::text[]) COLLATE "C"')


class LieuVise(Protocol):
    """Place of a visit: see ``models.commun.LieuConcerne``."""

    siret: str
    cle_adresse: str


class CroisementDeCible(NamedTuple):
    """What a coordinator sees of a visit that crosses a target: its week, the service and its mailbox, and why it
    crosses. Never where else than at the target: neither the establishment at the same address, nor the other place of
    the company.

    ``siret``: the target; ``depuis``: when the visit was announced.
    """

    siret: str
    signe: Signe
    semaine: str
    service: str
    courriel: str
    depuis: datetime

    @property
    def ou(self) -> str:
        """Where the visit goes, as words before the name of the target."""
        return _OU[self.signe]


def annoncer(visite: VisiteAnnoncee) -> None:
    """Queue the check of a new or moved visit against the targets of operations, after the minute in which the move can
    be undone.

    In the transaction of the action, and for every visit, so that the queue reveals no result.
    """
    app.configure_task(TACHE_CROISEMENTS, schedule_in={"seconds": A_DEFAIRE.total_seconds()}).defer(visite=visite.pk)


def cibles_croisees(lieux: Iterable[LieuVise], debut: date, fin: date) -> list[tuple[int, int, str]]:
    """[(operation, leading service, SIRET of the target)…] crossed by a visit from ``debut`` to ``fin``, within 60
    days, for operations in preparation whose coordinator opened them.

    Only for telling coordinators, never for the announcing service.
    """
    autour = Duree(debut, fin).autour
    ouvertes = Cible.objects.filter(
        operation__etat=EtatOperation.PREPARATION,
        operation__ouverte_aux_croisements=True,
        operation__jour__gte=autour.debut,
        operation__jour__lte=autour.fin,
    )
    vises = list(lieux)
    sirets = {lieu.siret for lieu in vises}
    parents, sirens = _parents(sirets), {siret[:9] for siret in sirets}
    trouvees = list(
        ouvertes.select_related("operation").filter(
            Q(siret__in=sirets | parents) | Q(siren__in=sirens) | _a_une_de_ces_portes(vises)
        )
    )
    atteintes = _signes(trouvees, sirets, parents, _cles({c.siret for c in trouvees} | sirets))
    return sorted((c.operation_id, c.operation.coordinateur_id, c.siret) for c, _ in atteintes)


def operations_croisees(visite: VisiteAnnoncee) -> list[int]:
    """Operations whose coordinator must be told of a visit: not those that its service takes part in, and none for a
    visit of an operation."""
    if visite.etat != EtatVisite.ANNONCEE or visite.operation_id is not None:
        return []
    croisees = {o for o, _, _ in cibles_croisees(visite.lieux.all(), visite.debut, visite.fin)}
    prises = OperationConjointe.objects.filter(pk__in=croisees, participations__service=visite.service_id)
    return sorted(croisees - set(prises.values_list("pk", flat=True)))


def croisements_de(operation: OperationConjointe) -> list[CroisementDeCible]:
    """Visits that cross the targets of an operation today; moved or abandoned ones no longer do. Sorted by week, then
    by service, because the order of the days would tell them.

    Empty unless the coordinator opened it and it is in preparation.
    """
    if operation.etat != EtatOperation.PREPARATION or not operation.ouverte_aux_croisements:
        return []
    cibles = list(operation.cibles.all())
    sirets, sirens = {c.siret for c in cibles}, {c.siren for c in cibles}
    parents = _parents(sirets)
    au_lieu = Q(siret__in=sirets | parents) | _a_une_de_ces_portes(cibles)
    visites = {v.pk: v for ou in (au_lieu, Q(visite__siren__in=sirens)) for v in _candidates(operation, ou)}
    situees = [(v, {lieu.siret for lieu in v.lieux.all()}) for v in list(visites.values())[:VISITES_MAX]]
    cles = _cles(sirets.union(*(ou for _, ou in situees)))
    trouves = [
        (lundi(visite.debut), str(visite.service), cible.siret, signe, visite)
        for visite, ou in situees
        for cible, signe in _plus_proches(_signes(cibles, ou, _parents(ou) if ou & parents else set(), cles))
    ]
    trouves.sort(key=lambda trouve: trouve[:3])
    return [
        CroisementDeCible(siret, signe, semaine(visite.debut), service, visite.service.courriel, visite.cree_le)
        for _, service, siret, signe, visite in trouves
    ]


def _plus_proches(atteintes: list[tuple[Cible, Signe]]) -> list[tuple[Cible, Signe]]:
    """Targets at the place of a visit; when there are none, one target of its company."""
    return [(c, s) for c, s in atteintes if s is not Signe.ENTREPRISE] or atteintes[:1]


def _candidates(operation: OperationConjointe, ou: Q) -> list[VisiteAnnoncee]:
    """Visits to places of ``ou`` that may cross a target; ``_signes`` then selects."""
    # By weeks: else, moving the operation from day to day would tell the day that a service has announced.
    autour = Duree(operation.jour, operation.jour).autour
    visites = (
        VisiteAnnoncee.objects.filter(
            pk__in=LieuVisite.objects.filter(ou).values("visite"),
            etat=EtatVisite.ANNONCEE,
            operation=None,
            debut__lte=autour.fin,
            fin__gte=autour.debut,
        )
        .exclude(service__in=operation.participations.values("service"))
        .select_related("service__organisation")
        .prefetch_related("lieux")
    )
    return list(visites[:VISITES_MAX])


def _signes(
    cibles: Iterable[Cible], sirets: set[str], parents: set[str], cles: Mapping[str, str]
) -> list[tuple[Cible, Signe]]:
    """Targets that a visit to ``sirets`` crosses, each with its strongest sign. ``parents``: predecessors and
    successors of these places; ``cles``: key of the address of each establishment."""
    sirens, portes = {siret[:9] for siret in sirets}, [cles.get(siret, "") for siret in sirets]

    def signe(cible: Cible) -> Signe | None:
        if cible.siret in sirets:
            return Signe.ETABLISSEMENT
        if cible.siret in parents:
            return Signe.SUCCESSION
        if any(se_rejoignent(cles.get(cible.siret, ""), porte) for porte in portes):
            return Signe.ADRESSE
        return Signe.ENTREPRISE if cible.siren in sirens else None

    return [(cible, trouve) for cible in cibles if (trouve := signe(cible)) is not None]


def _cles(sirets: Iterable[str]) -> dict[str, str]:
    """{SIRET: key of its address}, read again, because a unit masked since must not be compared."""
    return {siret: lieu.cle_adresse for siret, lieu in lieux_de(sirets).items()}


def _a_une_de_ces_portes(lieux: Iterable[LieuVise]) -> Q:
    """Places whose kept key begins as those of the same doors."""
    cherches = {debut for lieu in lieux for debut in debuts(lieu.cle_adresse)}
    return reduce(or_, (Q(cle_adresse__gte=debut, cle_adresse__lt=f"{debut}~") for debut in cherches), Q(pk__in=()))


def _parents(sirets: Iterable[str]) -> set[str]:
    """Predecessors and successors of these establishments, up to three links away."""
    depart = sorted(sirets)
    if not depart:
        return set()
    with connection.cursor() as curseur:
        curseur.execute(_PARENTS, [depart, depart])
        return {siret for (siret,) in curseur.fetchall()}
