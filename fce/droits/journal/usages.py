"""Uses of some data sets, added up from the journal by month, service and purpose, never by agent.

Names neither agents nor companies, so agents need not be told. Figures about too few people are withheld, as well as
those that would let them be computed (``usages_publies``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from fce.droits.journal.scellement import minuit
from fce.socle.base.roles import Role, role_pris, sous_role
from fce.socle.texte import paris
from fce.socle.texte.mois import ajouter_mois
from fce.socle.texte.secret_statistique import SEUIL_AGENTS, SEUIL_SERVICES

MOIS_MAX: Final = 12

# One row per (month, service, purpose, agent), only to be added up.
_REQUETE: Final = """
SELECT date_trunc('month', c.quand AT TIME ZONE 'Europe/Paris')::date, c.siret_administration, c.finalite, c.agent,
    count(*), coalesce(sum(n.lignes), 0)::bigint
FROM journal.consultation c CROSS JOIN LATERAL (
    SELECT sum(v.value::bigint) AS lignes FROM jsonb_each_text(c.lignes::jsonb) v WHERE v.key = ANY(%(sources)s)
) n
WHERE c.sources && %(sources)s AND c.quand >= %(depuis)s AND c.quand < %(avant)s AND c.siret_administration <> ''
GROUP BY 1, 2, 3, 4
"""


@dataclass(slots=True)
class MesureDUsage:
    """Sum of consultations. ``agents``, ``services``: counted, never shown."""

    consultations: int = 0
    lignes: int = 0
    agents: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)

    def ajouter(self, autre: MesureDUsage) -> None:
        self.consultations += autre.consultations
        self.lignes += autre.lignes
        self.agents |= autre.agents
        self.services |= autre.services


@dataclass(frozen=True, slots=True)
class CelluleDUsage:
    """A publishable figure: consultations and rows read. ``cle``: a service (SIRET) or a purpose code."""

    cle: str
    consultations: int
    lignes: int


@dataclass(frozen=True, slots=True)
class UsagesDuMois:
    """Publishable figures of a month. ``total`` None: too few people, nothing else is given.

    ``tus``: numbers of services and of purposes withheld.
    """

    mois: date
    total: CelluleDUsage | None
    par_service: tuple[CelluleDUsage, ...] = ()
    par_finalite: tuple[CelluleDUsage, ...] = ()
    tus: tuple[int, int] = (0, 0)


def usages(sources: Collection[str], maintenant: datetime, mois: int = MOIS_MAX) -> list[UsagesDuMois]:
    """Return the publishable uses of ``sources``, latest month first. One query.

    Only ended months: daily updates of the current month would reveal each day by subtraction.
    """
    premier = paris.jour_de(maintenant).replace(day=1)
    depuis = ajouter_mois(premier, -min(mois, MOIS_MAX))
    parametres: dict[str, Any] = {"sources": sorted(sources), "depuis": minuit(depuis), "avant": minuit(premier)}
    # The reader may have no access to the journal: only publishable figures leave.
    with sous_role(max(role_pris(), Role.AGENTS)), connection.cursor() as curseur:
        curseur.execute(_REQUETE, parametres)
        lignes = curseur.fetchall()
    return usages_publies(lignes)


def usages_publies(lignes: Iterable[Sequence[Any]]) -> list[UsagesDuMois]:
    """Return the publishable figures of (month, service, purpose, agent, uses, rows), latest month first. Pure.

    A service needs five agents; a purpose or a month, five agents of three services. A withheld cell is never alone:
    others are withheld with it until together they reach the same numbers.
    """
    par_mois: dict[date, list[tuple[str, str, MesureDUsage]]] = defaultdict(list)
    for mois, service, finalite, agent, consultations, rangees in lignes:
        par_mois[mois].append((service, finalite, MesureDUsage(consultations, rangees, {agent}, {service})))
    return [_du_mois(mois, par_mois[mois]) for mois in sorted(par_mois, reverse=True)]


def _du_mois(mois: date, mesures: Sequence[tuple[str, str, MesureDUsage]]) -> UsagesDuMois:
    services: dict[str, MesureDUsage] = defaultdict(MesureDUsage)
    finalites: dict[str, MesureDUsage] = defaultdict(MesureDUsage)
    total = MesureDUsage()
    for service, finalite, mesure in mesures:
        services[service].ajouter(mesure)
        finalites[finalite].ajouter(mesure)
        total.ajouter(mesure)
    if not _assez(total):
        return UsagesDuMois(mois, None)
    dits, finalites_dites = _dicibles(services, _agents_assez), _dicibles(finalites, _assez)
    tus = (len(services) - len(dits), len(finalites) - len(finalites_dites))
    return UsagesDuMois(mois, _cellule("", total), _rangees(services, dits), _rangees(finalites, finalites_dites), tus)


def _dicibles(mesures: Mapping[str, MesureDUsage], seule: Callable[[MesureDUsage], bool]) -> set[str]:
    """Return the keys that may be published beside the total, so that the remainder is not about a few people."""
    dits = {cle for cle, mesure in mesures.items() if seule(mesure)}
    while len(dits) < len(mesures):
        reste = MesureDUsage()
        for cle in mesures.keys() - dits:
            reste.ajouter(mesures[cle])
        if len(mesures) - len(dits) >= 2 and _assez(reste):
            break
        if not dits:
            break
        # By key, not by value: the smallest published value would bound the hidden ones.
        dits.remove(min(dits))
    return dits


def _agents_assez(mesure: MesureDUsage) -> bool:
    return len(mesure.agents) >= SEUIL_AGENTS


def _assez(mesure: MesureDUsage) -> bool:
    return _agents_assez(mesure) and len(mesure.services) >= SEUIL_SERVICES


def _rangees(mesures: Mapping[str, MesureDUsage], dits: Collection[str]) -> tuple[CelluleDUsage, ...]:
    cellules = [_cellule(cle, mesures[cle]) for cle in dits]
    return tuple(sorted(cellules, key=lambda c: (-c.consultations, c.cle)))


def _cellule(cle: str, mesure: MesureDUsage) -> CelluleDUsage:
    return CelluleDUsage(cle, mesure.consultations, mesure.lignes)
