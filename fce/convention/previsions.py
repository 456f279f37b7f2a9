"""What will be missing, or left: pure functions on the ledger, the forecasts and a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

from fce.convention.regles import CadreBudgetaire, Mouvement, pas_de
from fce.convention.vocabulaire import GenreAvis, GenreEcriture

SEUIL_RELIQUAT: Final = 100
"""One part in so many of a credit may be left without a word to the funder."""
MOIS_DE_COMITE: Final = 6


@dataclass(frozen=True, slots=True)
class Attendu:
    """What is expected to be engaged (``ae``) and paid (``cp``) in a month, in cents. ``mois``: its first day."""

    mois: date
    ae: int
    cp: int


@dataclass(frozen=True, slots=True)
class Projection:
    """A credit at the term: granted, consumed, still expected, in cents."""

    accorde: int
    consomme: int
    prevu: int

    @property
    def ecart(self) -> int:
        """What will be left at the term, negative when it will not do."""
        return self.accorde - self.consomme - self.prevu


@dataclass(frozen=True, slots=True)
class Projections:
    """Both credits of an agreement, as one sees them from a day."""

    ae: Projection
    cp: Projection


def projections(
    cadre: CadreBudgetaire, lignes: Iterable[Mouvement], attendus: Iterable[Attendu], jour: date
) -> Projections:
    """Where the credits will be at the term. Of the month of ``jour``, only what has not come yet is still expected;
    past months are what the ledger says of them."""
    mouvements, prevus = list(lignes), list(attendus)
    return Projections(
        _projection(cadre.dernier.ae, pas_de(mouvements, GenreEcriture.ENGAGEMENT), [(a.mois, a.ae) for a in prevus],
                    jour),
        _projection(cadre.dernier.cp, pas_de(mouvements, GenreEcriture.PAIEMENT), [(a.mois, a.cp) for a in prevus],
                    jour),
    )  # fmt: skip


def _projection(accorde: int, pas: list[tuple[date, int]], prevus: list[tuple[date, int]], jour: date) -> Projection:
    courant = jour.replace(day=1)
    deja = sum(montant for quand, montant in pas if quand.replace(day=1) == courant)
    du_mois = max(0, sum(montant for mois, montant in prevus if mois == courant) - max(0, deja))
    a_venir = sum(montant for mois, montant in prevus if mois > courant)
    return Projection(accorde, sum(montant for _, montant in pas), du_mois + a_venir)


def avis_a_donner(cadre: CadreBudgetaire, lues: Projections, jour: date, preavis_mois: int) -> GenreAvis | None:
    """Why the funder is to be told on a day, None when there is nothing to tell.

    Short: at once. Left: only in the last months, as many as the notice: before, what is not expected yet is only not
    written down; under ``SEUIL_RELIQUAT``, it is not worth a letter.
    """
    if min(lues.ae.ecart, lues.cp.ecart) < 0:
        return GenreAvis.INSUFFISANCE
    if jour < cadre.fin - relativedelta(months=preavis_mois):
        return None
    reste = any(p.ecart * SEUIL_RELIQUAT > p.accorde for p in (lues.ae, lues.cp))
    return GenreAvis.RELIQUAT if reste else None


def semestre_du(jour: date) -> str:
    """The half-year of a day: ``2026-S2``."""
    return f"{jour.year}-S{1 if jour.month <= 6 else 2}"


def jours_de_comite(debut: date, fin: date) -> list[date]:
    """Days on which committees are due: six months apart at most, the last one at the term."""
    jours, rang = [], 1
    while (jour := debut + relativedelta(months=MOIS_DE_COMITE * rang)) < fin:
        jours.append(jour)
        rang += 1
    return [*jours, fin]


def effet_du_preavis(donne_le: date, mois: int) -> date:
    """The day on which a notice given on another one takes effect."""
    return donne_le + relativedelta(months=mois)
