"""Reading the journal. Nothing here is shown as it is but to the agent himself: others go through ``lectures``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Left, TruncDate

from fce.droits.journal.empreintes import instant
from fce.droits.journal.models import Alerte, Consultation, LectureDuJournal, Refus
from fce.droits.journal.nuit import PARIS
from fce.droits.journal.scellement import minuit
from fce.socle.erreurs import ParametreInvalide

TAILLE = 50


@dataclass(frozen=True, slots=True)
class Filtres:
    """What to keep; empty: everything. ``debut`` and ``fin``: days of Paris, both included."""

    agent: str = ""
    siret_administration: str = ""
    siren: str = ""
    source: str = ""
    finalite: str = ""
    surface: str = ""
    debut: date | None = None
    fin: date | None = None

    def dits(self) -> dict[str, str]:
        """Those that are set, as texts."""
        return {nom: str(valeur) for nom, valeur in asdict(self).items() if valeur}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the latest first; ``suite``: where the next page begins, empty at the end."""

    lignes: tuple[Consultation, ...]
    suite: str


@dataclass(frozen=True, slots=True)
class CompteAgent:
    """What an agent read in a day of Paris: numbers only. ``anomalies``: kinds of alerts, never their content."""

    agent: str
    jour: date
    consultations: int
    entreprises: int
    refus: int
    anomalies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LectureDite:
    """What an agent is told: who read his consultations, first when in the day, how many times, and why."""

    quand: datetime
    lecteur: str
    motif: str
    fois: int


def filtrees(filtres: Filtres) -> QuerySet[Consultation]:
    """The rows that filters keep, the latest first."""
    lignes = Consultation.objects.all()
    exacts = {
        nom: valeur
        for nom in ("agent", "siret_administration", "finalite", "surface")
        if (valeur := getattr(filtres, nom))
    }
    lignes = lignes.filter(**exacts)
    if filtres.siren:
        # As the index says it.
        lignes = lignes.alias(siren=Left("numero", 9)).filter(~Q(numero=""), siren=filtres.siren)
    if filtres.source:
        lignes = lignes.filter(sources__contains=[filtres.source])
    if filtres.debut:
        lignes = lignes.filter(quand__gte=minuit(filtres.debut))
    if filtres.fin:
        lignes = lignes.filter(quand__lt=minuit(filtres.fin + timedelta(days=1)))
    return lignes.order_by("-quand", "-id")


def recherche(filtres: Filtres, suite: str = "", taille: int = TAILLE) -> Page:
    """One page, by what precedes it and not by its number: as quick far back as at the beginning.

    Raises ParametreInvalide for a ``suite`` that no page gave.
    """
    lignes = filtrees(filtres)
    if suite:
        quand, numero = _lire_suite(suite)
        lignes = lignes.filter(quand__lte=quand).exclude(quand=quand, id__gte=numero)
    lues = list(lignes[: taille + 1])
    reste = len(lues) > taille
    derniere = lues[taille - 1] if reste else None
    return Page(tuple(lues[:taille]), f"{instant(derniere.quand)}_{derniere.id}" if derniere else "")


def _lire_suite(suite: str) -> tuple[datetime, int]:
    try:
        quand, numero = suite.split("_")
        return datetime.strptime(quand, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC), int(numero)
    except ValueError:
        raise ParametreInvalide("Cette page du journal n’existe pas : revenez à la première.") from None


def par_agent(agent: str, suite: str = "", taille: int = TAILLE) -> Page:
    """An agent's own consultations: he may always read them, and nobody is told."""
    return recherche(Filtres(agent=agent), suite, taille)


def lectures_de(agent: str) -> list[LectureDite]:
    """What must be told to an agent: each day, reader and reason for which his consultations were read."""
    lectures = (
        LectureDuJournal.objects.filter(agents__contains=[agent])
        .annotate(jour=TruncDate("quand", tzinfo=PARIS))
        .values("jour", "lecteur", "motif")
        .annotate(premiere=Min("quand"), fois=Count("id"))
        .order_by("-premiere")
    )
    return [LectureDite(x["premiere"], x["lecteur"], x["motif"], x["fois"]) for x in lectures]


def comptes_par_service(
    siret_administration: str, debut: date, fin: date, agents: Collection[str] = ()
) -> list[CompteAgent]:
    """Counts per agent and day of a service (SIRET), the latest day first: volumes and anomalies, never what was read.

    ``agents``: those of the service that may have read nothing, and were refused. Not a measure of anybody's work: the
    journal serves the security of the data, nothing else (CNIL, délibération 2021-122).
    """
    lignes = filtrees(Filtres(siret_administration=siret_administration, debut=debut, fin=fin)).order_by()
    comptes = {
        (x["agent"], x["jour"]): (x["nombre"], x["entreprises"])
        for x in lignes.annotate(jour=TruncDate("quand", tzinfo=PARIS))
        .values("agent", "jour")
        .annotate(nombre=Count("id"), entreprises=Sum("poids"))
    }
    noms = {agent for agent, _ in comptes} | {*agents}
    periode = {"agent__in": noms, "quand__gte": minuit(debut), "quand__lt": minuit(fin + timedelta(days=1))}
    refus = {
        (x["agent"], x["jour"]): x["nombre"]
        for x in Refus.objects.filter(**periode)
        .order_by()
        .annotate(jour=TruncDate("quand", tzinfo=PARIS))
        .values("agent", "jour")
        .annotate(nombre=Count("id"))
    }
    anomalies: dict[tuple[str, date], set[str]] = {}
    for alerte in Alerte.objects.filter(**periode):
        anomalies.setdefault((alerte.agent, alerte.quand.astimezone(PARIS).date()), set()).add(alerte.genre)
    cles = sorted({*comptes, *refus, *anomalies}, key=lambda cle: (-cle[1].toordinal(), cle[0]))
    return [
        CompteAgent(*cle, *comptes.get(cle, (0, 0)), refus.get(cle, 0), tuple(sorted(anomalies.get(cle, ()))))
        for cle in cles
    ]
