"""Forecast of missing or unused credits: pure functions of ledger, forecasts and day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from dateutil.relativedelta import relativedelta

from fce.service.convention.regles import CadreBudgetaire, Mouvement, pas_de
from fce.service.convention.vocabulaire import GenreAvis, GenreEcriture

SEUIL_RELIQUAT: Final = 100
"""A remainder below 1/100 of a credit needs no notice."""
MOIS_DE_COMITE: Final = 6


class Attendu(NamedTuple):
    """Amounts expected in a month, in cents: engaged (``ae``), paid (``cp``). ``mois``: its first day."""

    mois: date
    ae: int
    cp: int


class Projection(NamedTuple):
    """A credit at the end of the agreement, in cents: granted, used, still expected."""

    accorde: int
    consomme: int
    prevu: int

    @property
    def ecart(self) -> int:
        """Remainder at the end, negative when credits are missing."""
        return self.accorde - self.consomme - self.prevu


class Projections(NamedTuple):
    ae: Projection
    cp: Projection


def projections(
    cadre: CadreBudgetaire, lignes: Iterable[Mouvement], attendus: Iterable[Attendu], jour: date
) -> Projections:
    """Project both credits to the end of the agreement: what the ledger has used, plus the forecasts from the month of
    ``jour`` on. The forecast of that month counts less what the ledger already used in it."""
    mouvements, prevus = list(lignes), list(attendus)
    return Projections(
        _projection(
            cadre.dernier.ae, pas_de(mouvements, GenreEcriture.ENGAGEMENT), [(a.mois, a.ae) for a in prevus], jour
        ),
        _projection(
            cadre.dernier.cp, pas_de(mouvements, GenreEcriture.PAIEMENT), [(a.mois, a.cp) for a in prevus], jour
        ),
    )


def _projection(accorde: int, pas: list[tuple[date, int]], prevus: list[tuple[date, int]], jour: date) -> Projection:
    courant = jour.replace(day=1)
    deja = sum(montant for quand, montant in pas if quand.replace(day=1) == courant)
    du_mois = max(0, sum(montant for mois, montant in prevus if mois == courant) - max(0, deja))
    a_venir = sum(montant for mois, montant in prevus if mois > courant)
    return Projection(accorde, sum(montant for _, montant in pas), du_mois + a_venir)


def avis_a_donner(cadre: CadreBudgetaire, credits: Projections, jour: date, preavis_mois: int) -> GenreAvis | None:
    """Return the reason to notify the funder on ``jour``, None without one.

    Missing credits are notified at once. Unused credits are notified only in the last months, as many as the period of
    notice, because earlier forecasts are incomplete, and only above 1/``SEUIL_RELIQUAT``.
    """
    if min(credits.ae.ecart, credits.cp.ecart) < 0:
        return GenreAvis.INSUFFISANCE
    if jour < cadre.fin - relativedelta(months=preavis_mois):
        return None
    reste = any(p.ecart * SEUIL_RELIQUAT > p.accorde for p in (credits.ae, credits.cp))
    return GenreAvis.RELIQUAT if reste else None


def semestre_du(jour: date) -> str:
    """Return the half-year of a day: ``2026-S2``."""
    return f"{jour.year}-S{1 if jour.month <= 6 else 2}"


def jours_de_comite(debut: date, fin: date) -> list[date]:
    """Return the days of the committees: every six months, the last one at the end."""
    jours, rang = [], 1
    while (jour := debut + relativedelta(months=MOIS_DE_COMITE * rang)) < fin:
        jours.append(jour)
        rang += 1
    return [*jours, fin]


def effet_du_preavis(donne_le: date, mois: int) -> date:
    """Return the day when a notice takes effect."""
    return donne_le + relativedelta(months=mois)
