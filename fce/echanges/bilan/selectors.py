"""Figures of a service: open questions, delays, contacts, announced visits. Never by person.

Only rows are counted and no company is shown, so nothing is journalled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from fce.echanges.demandes.delais import POUR_PRENDRE
from fce.echanges.demandes.genre import EN_ATTENTE, RENDUES, EtatSaisine
from fce.echanges.models import Interaction, ReponseCroisement, Saisine, VisiteAnnoncee
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.vocabulaire import SUR_PLACE, Reaction
from fce.socle.texte import formats, jours_ouvres, paris
from fce.socle.texte.mois import ajouter_mois

MOIS: Final = 12
RECUL: Final = timedelta(days=90)
"""Delays cover the questions sent in this period."""
SAISINES_MAX: Final = 5_000
"""Only the latest ones: more would take longer without changing the result."""
VISITES_DEPUIS: Final = timedelta(days=60)
"""How long a closed visit is kept."""


class DemandesDuService(NamedTuple):
    """Open questions. ``a_prendre``, ``prises``, ``en_retard``: received; ``attendues``: sent, without answer;
    ``a_lire``: sent, answered or declined, not closed."""

    a_prendre: int
    prises: int
    en_retard: int
    attendues: int
    a_lire: int


class DelaisDuService(NamedTuple):
    """Delays of the questions received, in working days (medians, None without any). ``a_temps``: percentage taken,
    answered or declined within the time to take them, among the ``recues``, which were taken or are past that time.
    ``utiles``, ``jugees``: opinions of the authors on the answers."""

    recues: int
    pour_prendre: float | None
    pour_repondre: float | None
    a_temps: int | None
    utiles: int
    jugees: int


class MoisDInteractions(NamedTuple):
    """Contacts of a month (its first day): ``sur_place``, visits and inspections; ``autres``."""

    mois: date
    sur_place: int
    autres: int

    @property
    def titre(self) -> str:
        return formats.mois(self.mois)

    @property
    def total(self) -> int:
        return self.sur_place + self.autres


class VisitesDuService(NamedTuple):
    """Announced visits: to come, outcome of those closed recently, and reactions of the service to crossings ({label:
    number})."""

    a_venir: int
    a_dire: int
    devenues: tuple[tuple[str, int], ...]
    reactions: tuple[tuple[str, int], ...]


def demandes_du_service(service: int, jour: date) -> DemandesDuService:
    """Open questions of a service. One query."""
    recue, envoyee = Q(service=service), Q(demandeur=service)
    comptees = Saisine.objects.filter(recue | envoyee).aggregate(
        a_prendre=Count("pk", filter=recue & Q(etat=EtatSaisine.ENVOYEE)),
        prises=Count("pk", filter=recue & Q(etat=EtatSaisine.PRISE)),
        en_retard=Count("pk", filter=recue & Q(etat__in=EN_ATTENTE, limite__lt=jour)),
        attendues=Count("pk", filter=envoyee & Q(etat__in=EN_ATTENTE)),
        a_lire=Count("pk", filter=envoyee & Q(etat__in=RENDUES)),
    )
    return DemandesDuService(**comptees)


def delais_du_service(service: int, maintenant: datetime, departement: str) -> DelaisDuService:
    """Delays of the questions of the last ninety days. ``departement``: its public holidays apply; "" for national
    ones. One query."""
    recues = list(
        Saisine.objects.filter(service=service, envoyee_le__gte=maintenant - RECUL)
        .order_by("-pk")
        .values_list("etat", "envoyee_le", "prise_le", "repondue_le", "utile")[:SAISINES_MAX]
    )

    def ecart(depuis: datetime, vers: datetime) -> int:
        return jours_ouvres.ecoules(paris.jour_de(depuis), paris.jour_de(vers), departement)

    prises = [ecart(envoyee, quand) for _, envoyee, prise, repondue, _ in recues if (quand := prise or repondue)]
    repondues = [
        ecart(envoyee, rendue) for etat, envoyee, _, rendue, _ in recues if rendue and etat != EtatSaisine.DECLINEE
    ]
    # A question not taken counts once its time is over; one transferred, or closed first, does not.
    oubliees = [
        envoyee
        for etat, envoyee, prise, repondue, _ in recues
        if etat == EtatSaisine.ENVOYEE and ecart(envoyee, maintenant) > POUR_PRENDRE
    ]
    jugees = [utile for *_, utile in recues if utile is not None]
    comptees = len(prises) + len(oubliees)
    a_temps = sum(duree <= POUR_PRENDRE for duree in prises)
    return DelaisDuService(
        recues=len(recues),
        pour_prendre=median(prises) if prises else None,
        pour_repondre=median(repondues) if repondues else None,
        a_temps=round(100 * a_temps / comptees) if comptees else None,
        utiles=sum(jugees),
        jugees=len(jugees),
    )


def interactions_par_mois(service: int, jour: date) -> list[MoisDInteractions]:
    """Contacts of the last twelve months, latest first, empty months included."""
    mois = [ajouter_mois(jour, -rang) for rang in range(MOIS)]
    interactions = _interactions(service, mois[-1], jour)
    sur_place = interactions.filter(genre__in=SUR_PLACE)
    tous, visites = (dict(_par_mois(q)) for q in (interactions, sur_place))
    return [MoisDInteractions(m, visites.get(m, 0), tous.get(m, 0) - visites.get(m, 0)) for m in mois]


def visites_du_service(service: int, maintenant: datetime) -> VisitesDuService:
    """Announced visits of a service, without those of joint operations."""
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


def _par_mois(interactions: QuerySet[Interaction]) -> Iterable[tuple[date, int]]:
    return interactions.order_by().annotate(mois=TruncMonth("jour")).values_list("mois").annotate(n=Count("pk"))


def _nommer(mots: type[EtatVisite] | type[Reaction], nombres: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """{code: number} with labels, in the order of the vocabulary, without zeros."""
    return tuple((str(mot.label), nombres[mot.value]) for mot in mots if nombres.get(mot.value))
