"""The figures of a service: its open questions, how long they take, what it tells and announces. Of no person.

Nothing of a company is read, only how many lines there are: no reading for the journal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from fce.echanges.demandes.delais import POUR_PRENDRE
from fce.echanges.demandes.genre import EN_ATTENTE, EtatSaisine
from fce.echanges.models import Interaction, ReponseCroisement, Saisine, VisiteAnnoncee
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.vocabulaire import SUR_PLACE, Reaction
from fce.socle import formats, jours_ouvres, paris
from fce.socle.mois import ajouter_mois

MOIS: Final = 12
RECUL: Final = timedelta(days=90)
"""How far back delays are looked at, by the day a question was sent."""
SAISINES_MAX: Final = 5_000
"""The latest ones: delays of more would take longer, and say the same."""
VISITES_DEPUIS: Final = timedelta(days=60)
"""As long as an announced visit is kept once it is closed."""


@dataclass(frozen=True, slots=True)
class DemandesDuService:
    """Questions that are open. ``a_prendre``, ``prises``, ``en_retard``: received; ``attendues``: sent, not answered;
    ``a_lire``: sent, answered or declined, not closed."""

    a_prendre: int
    prises: int
    en_retard: int
    attendues: int
    a_lire: int


@dataclass(frozen=True, slots=True)
class DelaisDuService:
    """How long the questions received took, in working days (medians, None without any). ``a_temps``: share of those
    taken, answered or declined within the delay to take them, in percent, of the ``recues`` whose delay is over or that
    were taken. ``utiles``, ``jugees``: what those who asked have said of the answers."""

    recues: int
    pour_prendre: float | None
    pour_repondre: float | None
    a_temps: int | None
    utiles: int
    jugees: int


@dataclass(frozen=True, slots=True)
class MoisDInteractions:
    """What the service has told of a month, its first day: ``sur_place``, visits and controls; ``autres`` contacts."""

    mois: date
    sur_place: int
    autres: int

    @property
    def titre(self) -> str:
        """« mars 2026 »."""
        return formats.mois(self.mois)

    @property
    def total(self) -> int:
        """Contacts of the month, of all kinds."""
        return self.sur_place + self.autres


@dataclass(frozen=True, slots=True)
class VisitesDuService:
    """Announced visits: those to come, what became of those closed lately, and what the service answered when one
    crossed another's ({label: number})."""

    a_venir: int
    a_dire: int
    devenues: tuple[tuple[str, int], ...]
    reactions: tuple[tuple[str, int], ...]


def demandes_du_service(service: int, jour: date) -> DemandesDuService:
    """The open questions of a service. One query."""
    recue, envoyee = Q(service=service), Q(demandeur=service)
    lues = Saisine.objects.filter(recue | envoyee).aggregate(
        a_prendre=Count("pk", filter=recue & Q(etat=EtatSaisine.ENVOYEE)),
        prises=Count("pk", filter=recue & Q(etat=EtatSaisine.PRISE)),
        en_retard=Count("pk", filter=recue & Q(etat__in=EN_ATTENTE, limite__lt=jour)),
        attendues=Count("pk", filter=envoyee & Q(etat__in=EN_ATTENTE)),
        a_lire=Count("pk", filter=envoyee & Q(etat__in=(EtatSaisine.REPONDUE, EtatSaisine.DECLINEE))),
    )
    return DemandesDuService(**lues)


def delais_du_service(service: int, maintenant: datetime, departement: str) -> DelaisDuService:
    """How long the questions sent to a service in the last ninety days took. ``departement``: whose holidays it has,
    "" for those of the whole country. One query."""
    lues = list(
        Saisine.objects.filter(service=service, envoyee_le__gte=maintenant - RECUL)
        .order_by("-pk")
        .values_list("etat", "envoyee_le", "prise_le", "repondue_le", "utile")[:SAISINES_MAX]
    )

    def ecart(depuis: datetime, vers: datetime) -> int:
        return jours_ouvres.ecoules(paris.jour_de(depuis), paris.jour_de(vers), departement)

    prises = [ecart(envoyee, quand) for _, envoyee, prise, repondue, _ in lues if (quand := prise or repondue)]
    repondues = [
        ecart(envoyee, repondue) for etat, envoyee, _, repondue, _ in lues if repondue and etat != EtatSaisine.DECLINEE
    ]
    # One that nobody has taken counts once it should have been; one that went elsewhere, or was closed first, does not.
    oubliees = [
        envoyee
        for etat, envoyee, prise, repondue, _ in lues
        if etat == EtatSaisine.ENVOYEE and ecart(envoyee, maintenant) > POUR_PRENDRE
    ]
    jugees = [utile for *_, utile in lues if utile is not None]
    comptees = len(prises) + len(oubliees)
    a_temps = sum(duree <= POUR_PRENDRE for duree in prises)
    return DelaisDuService(
        recues=len(lues),
        pour_prendre=median(prises) if prises else None,
        pour_repondre=median(repondues) if repondues else None,
        a_temps=round(100 * a_temps / comptees) if comptees else None,
        utiles=sum(jugees),
        jugees=len(jugees),
    )


def interactions_par_mois(service: int, jour: date) -> list[MoisDInteractions]:
    """What a service has told of the last twelve months, the latest first, months without anything included."""
    mois = [ajouter_mois(jour, -rang) for rang in range(MOIS)]
    lues = _interactions(service, mois[-1], jour)
    sur_place = lues.filter(genre__in=SUR_PLACE)
    tous, visites = (dict(_par_mois(q)) for q in (lues, sur_place))
    return [MoisDInteractions(m, visites.get(m, 0), tous.get(m, 0) - visites.get(m, 0)) for m in mois]


def visites_du_service(service: int, maintenant: datetime) -> VisitesDuService:
    """The announced visits of a service, those of joint operations aside."""
    jour, depuis = paris.jour_de(maintenant), maintenant - VISITES_DEPUIS
    siennes = VisiteAnnoncee.objects.filter(service=service, operation=None)
    annoncees = siennes.filter(etat=EtatVisite.ANNONCEE).aggregate(
        a_venir=Count("pk", filter=Q(fin__gte=jour)), a_dire=Count("pk", filter=Q(fin__lt=jour))
    )
    closes = siennes.filter(close_le__gte=depuis).values_list("etat").annotate(n=Count("pk"))
    reponses = ReponseCroisement.objects.filter(visite__service=service, visite__operation=None)
    choisies = reponses.filter(quand__gte=depuis).values_list("choix").annotate(n=Count("pk"))
    return VisitesDuService(
        **annoncees,
        devenues=_nommer(EtatVisite, dict(closes.order_by())),
        reactions=_nommer(Reaction, dict(choisies.order_by())),
    )


def _interactions(service: int, depuis: date, jusqu_a: date) -> QuerySet[Interaction]:
    return Interaction.objects.filter(service=service, retiree_le=None, jour__range=(depuis, jusqu_a))


def _par_mois(lues: QuerySet[Interaction]) -> Iterable[tuple[date, int]]:
    return lues.order_by().annotate(mois=TruncMonth("jour")).values_list("mois").annotate(n=Count("pk"))


def _nommer(mots: type[EtatVisite] | type[Reaction], lus: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """{code: number} as labels, in the order of the words, those without any left out."""
    comptes = Counter(lus)
    return tuple((str(mot.label), comptes[mot.value]) for mot in mots if comptes[mot.value])
