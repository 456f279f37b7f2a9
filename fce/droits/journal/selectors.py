"""Reads of the journal. Only the agent himself sees these results directly; others go through ``lectures``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Left, TruncDate

from fce.droits.journal.empreintes import instant
from fce.droits.journal.models import Alerte, Consultation, LectureDuJournal, Refus
from fce.droits.journal.scellement import minuit
from fce.droits.journal.services import MARQUE_DES_FILTRES
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import paris
from fce.socle.texte.formats import PARIS
from fce.socle.texte.identifiants import est_siren
from fce.socle.web.references import numero_de, reference

LIGNES_PAR_PAGE = 50
LECTURE_DU_JOURNAL = "lecture-du-journal"
"""Purpose of the rows that record readings of the journal."""
PORTEE_DES_ALERTES = timedelta(days=30)
"""How far back alerts are counted."""


@dataclass(frozen=True, slots=True)
class Ressort:
    """The part of the journal that belongs to one organisation, all that its managers may see.

    ``numero``: SIREN or SIRET. ``habilitations``: references of all that it was ever granted. What an agent read for
    another organisation is hidden from these managers, even its existence.
    """

    numero: str
    habilitations: frozenset[str] = frozenset()

    def siens(self) -> Q:
        """Consultations made in its name and under its habilitations, or at level C1, open to any of its agents."""
        return self._de_lui(Q(classe="C1", habilitations=[]))

    def siens_refus(self) -> Q:
        """Refusals: those of the rights have no habilitation, those of volume name the habilitations that would have
        served."""
        return self._de_lui(Q(habilitations=[]))

    def _de_lui(self, sans_habilitation: Q) -> Q:
        # Same SIRET, or same SIREN when the organisation is a whole body (``Habilitation.est_de``).
        entiere = "siret_administration__startswith" if est_siren(self.numero) else "siret_administration"
        return Q((entiere, self.numero)) & (sans_habilitation | Q(habilitations__overlap=sorted(self.habilitations)))


@dataclass(frozen=True, slots=True)
class FiltresJournal:
    """Filters; empty means no filter. ``debut`` and ``fin``: days in Paris, both included."""

    agent: str = ""
    siret_administration: str = ""
    siren: str = ""
    source: str = ""
    finalite: str = ""
    surface: str = ""
    debut: date | None = None
    fin: date | None = None
    ressort: Ressort | None = None

    def dits(self) -> dict[str, str]:
        """Return {name: text} of the filters set, as recorded when the journal is read."""
        dits = {nom: str(valeur) for nom, valeur in asdict(self).items() if valeur and nom != "ressort"}
        return dits | ({"ressort": self.ressort.numero} if self.ressort else {})


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, latest first; ``suite``: cursor of the next page, empty at the end."""

    lignes: tuple[Consultation, ...]
    suite: str


@dataclass(frozen=True, slots=True)
class CompteAgent:
    """Counts of an agent for a day (Paris). ``anomalies``: kinds of alerts only."""

    agent: str
    jour: date
    consultations: int
    entreprises: int
    refus: int
    anomalies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LectureSignalee:
    """A reading reported to the agent: who, first time of the day, reason, number of times."""

    quand: datetime
    lecteur: str
    motif: str
    fois: int


def filtrees(filtres: FiltresJournal) -> QuerySet[Consultation]:
    """Return the rows that match, latest first."""
    lignes = Consultation.objects.all()
    exacts = {
        nom: valeur
        for nom in ("agent", "siret_administration", "finalite", "surface")
        if (valeur := getattr(filtres, nom))
    }
    lignes = lignes.filter(**exacts)
    if filtres.ressort:
        lignes = lignes.filter(filtres.ressort.siens())
    if filtres.siren:
        # Same expression as the index.
        lignes = lignes.alias(siren=Left("numero", 9)).filter(~Q(numero=""), siren=filtres.siren)
    if filtres.source:
        lignes = lignes.filter(sources__contains=[filtres.source])
    if filtres.debut:
        lignes = lignes.filter(quand__gte=minuit(filtres.debut))
    if filtres.fin:
        lignes = lignes.filter(quand__lt=minuit(filtres.fin + timedelta(days=1)))
    return lignes.order_by("-quand", "-id")


def recherche(filtres: FiltresJournal, suite: str = "", taille: int = LIGNES_PAR_PAGE) -> Page:
    """Return one page by cursor, as fast far back as at the beginning.

    Raises ParametreInvalide for a malformed ``suite``.
    """
    lignes = filtrees(filtres)
    if suite:
        quand, numero = _lire_suite(suite)
        lignes = lignes.filter(quand__lte=quand).exclude(quand=quand, id__gte=numero)
    trouvees = list(lignes[: taille + 1])
    reste = len(trouvees) > taille
    derniere = trouvees[taille - 1] if reste else None
    return Page(tuple(trouvees[:taille]), _suite(derniere) if derniere else "")


def filtres_du_jour(agent: str, maintenant: datetime) -> list[str]:
    """Return the filters that the journal has kept of the questions of an agent since midnight (Paris), each once."""
    lignes = Consultation.objects.filter(agent=agent, numero="", quand__gte=minuit(paris.jour_de(maintenant)))
    elements = (source for sources in lignes.order_by("id").values_list("sources", flat=True) for source in sources)
    return list(dict.fromkeys(x.removeprefix(MARQUE_DES_FILTRES) for x in elements if x.startswith(MARQUE_DES_FILTRES)))


def _suite(derniere: Consultation) -> str:
    return f"{instant(derniere.quand)}_{reference(Consultation, derniere.id)}"


def _lire_suite(suite: str) -> tuple[datetime, int]:
    ecrit, _, derniere = suite.partition("_")
    numero = numero_de(Consultation, derniere)
    try:
        quand = datetime.strptime(ecrit, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        quand = None
    if not numero or quand is None:
        raise ParametreInvalide("Cette page du journal n’existe pas : revenez à la première.")
    return quand, numero


def par_agent(agent: str, suite: str = "", taille: int = LIGNES_PAR_PAGE) -> Page:
    """Return an agent's own consultations, which he may read freely; nobody is told."""
    return recherche(FiltresJournal(agent=agent), suite, taille)


def lectures_de(agent: str) -> list[LectureSignalee]:
    """Return who read this agent's consultations, by day, reader and reason."""
    lectures = (
        LectureDuJournal.objects.filter(agents__contains=[agent])
        .annotate(jour=TruncDate("quand", tzinfo=PARIS))
        .values("jour", "lecteur", "motif")
        .annotate(premiere=Min("quand"), fois=Count("id"))
        .order_by("-premiere")
    )
    return [LectureSignalee(x["premiere"], x["lecteur"], x["motif"], x["fois"]) for x in lectures]


def comptes_par_service(ressort: Ressort, debut: date, fin: date, agents: Collection[str] = ()) -> list[CompteAgent]:
    """Count consultations, companies and refusals per agent and day for an organisation, latest day first.

    ``agents``: agents of the organisation to include even if they only met refusals. Anomalies concern all that an
    agent read, so they are shown only for agents who read for this organisation alone. Not a measure of anybody's work:
    the journal serves the security of the data (CNIL, délibération 2021-122).
    """
    lignes = _par_jour(filtrees(FiltresJournal(ressort=ressort, debut=debut, fin=fin)))
    comptes = {
        (x["agent"], x["jour"]): (x["nombre"], x["entreprises"])
        for x in lignes.annotate(nombre=Count("id"), entreprises=Sum("poids"))
    }
    noms = {agent for agent, _ in comptes} | {*agents}
    periode = _periode(noms, debut, fin)
    refus = {
        (x["agent"], x["jour"]): x["nombre"]
        for x in _par_jour(Refus.objects.filter(ressort.siens_refus(), **periode)).annotate(nombre=Count("id"))
    }
    anomalies: dict[tuple[str, date], set[str]] = {}
    ailleurs = _ailleurs(ressort, _periode(noms, debut - PORTEE_DES_ALERTES, fin))
    for alerte in Alerte.objects.filter(**periode).exclude(agent__in=ailleurs):
        anomalies.setdefault((alerte.agent, paris.jour_de(alerte.quand)), set()).add(alerte.genre)
    cles = sorted({*comptes, *refus, *anomalies}, key=lambda cle: (-cle[1].toordinal(), cle[0]))
    return [
        CompteAgent(*cle, *comptes.get(cle, (0, 0)), refus.get(cle, 0), tuple(sorted(anomalies.get(cle, ()))))
        for cle in cles
    ]


def _periode(agents: Collection[str], debut: date, fin: date) -> dict[str, Any]:
    return {"agent__in": agents, "quand__gte": minuit(debut), "quand__lt": minuit(fin + timedelta(days=1))}


def _par_jour(lignes: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    return lignes.order_by().annotate(jour=TruncDate("quand", tzinfo=PARIS)).values("agent", "jour")


def _ailleurs(ressort: Ressort, periode: Mapping[str, Any]) -> set[str]:
    """Agents who also read, or were refused, for another organisation; readings of the journal belong to none."""
    autres = Consultation.objects.filter(~ressort.siens(), **periode).exclude(finalite=LECTURE_DU_JOURNAL)
    refuses = Refus.objects.filter(~ressort.siens_refus(), **periode)
    return {
        agent for lignes in (autres, refuses) for agent in lignes.order_by().values_list("agent", flat=True).distinct()
    }
