"""When two visits cross: periods, places, services. Pure; the statement of ``recherche`` says the same in SQL.

Of an announced visit, others know the week alone: it is by their weeks that visits are compared. Trying one day after
another on the form would else tell the day that a service has announced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from fce.echanges.croisements.adresses import LieuConnu
from fce.echanges.vocabulaire import PROXIMITE, Signe

_DIMANCHE = 6


@dataclass(frozen=True, slots=True)
class Duree:
    """Days from ``debut`` to ``fin``, both included."""

    debut: date
    fin: date

    @property
    def semaines(self) -> Duree:
        """The whole weeks, Monday to Sunday, that these days are in."""
        return Duree(lundi(self.debut), lundi(self.fin) + timedelta(days=_DIMANCHE))

    def ecart(self, autre: Duree) -> timedelta:
        """Days between the nearest days of the two; none when they have a day in common."""
        return max(self.debut - autre.fin, autre.debut - self.fin, timedelta())


@dataclass(frozen=True, slots=True)
class Venue:
    """A service at some establishments during some days: a visit that is announced, or a contact that was made."""

    service: int
    duree: Duree
    lieux: tuple[LieuConnu, ...]


def lundi(jour: date) -> date:
    """The Monday of the week of a day."""
    return jour - timedelta(days=jour.weekday())


def signe(mienne: Venue, autre: Venue, parente: frozenset[str] = frozenset()) -> Signe | None:
    """The strongest reason why two presences cross, None when they do not.

    ``parente``: SIRETs that the establishments of ``mienne`` follow or are followed by. An establishment whose
    ``cle_adresse`` is "" meets no other by its address.
    """
    if mienne.service == autre.service or mienne.duree.ecart(autre.duree) > PROXIMITE:
        return None
    sirets = {lieu.siret for lieu in mienne.lieux}
    adresses = {lieu.cle_adresse for lieu in mienne.lieux} - {""}
    sirens = {lieu.siren for lieu in mienne.lieux}
    ailleurs = [lieu for lieu in autre.lieux if lieu.siret not in sirets]
    if len(ailleurs) < len(autre.lieux):
        return Signe.ETABLISSEMENT
    if any(lieu.siret in parente for lieu in ailleurs):
        return Signe.SUCCESSION
    if any(lieu.cle_adresse in adresses for lieu in ailleurs):
        return Signe.ADRESSE
    return Signe.ENTREPRISE if any(lieu.siren in sirens for lieu in ailleurs) else None
