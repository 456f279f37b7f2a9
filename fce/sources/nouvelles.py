"""What is news between two versions of a source, declared beside its alarm: a row that appears, a value that changes, a
number that moves. Pure: rows of one unit in, facts out; who follows that unit, and may read it, is known higher up.

A piece of news says that something happened, and when: never what the rows hold.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fce.socle import paris
from fce.socle.texte import plier
from fce.sources.presentation import Ligne

Jours = list[datetime.date | None]
"""Days of what is news, None for one that is not known."""
MOIS_D_UNE_NOUVELLE = 12
PART_D_UNE_VARIATION = 0.20
MINIMUM_D_UNE_VARIATION = 10


@dataclass(frozen=True, slots=True)
class FaitNouveau:
    """Something that happened to a unit: the code of the piece of news, and its day when one is known."""

    code: str
    jour: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Apparition:
    """A row whose key was not there. ``date``: attribute of its day (or year), which must be within ``mois`` months of
    today, so that a file that brings history tells nothing; "" for rows without one. ``si``: whether a row counts;
    ``lues``: the attributes that it looks at. ``phrase``: as the reader sees it, without its full stop."""

    code: str
    phrase: str
    date: str = ""
    si: Callable[[Ligne], bool] | None = None
    lues: tuple[str, ...] = ()
    mois: int = MOIS_D_UNE_NOUVELLE

    @property
    def attributs(self) -> tuple[str, ...]:
        """Attributes read of a row, those of the key aside."""
        return tuple(dict.fromkeys(filter(None, (self.date, *self.lues))))

    def lire(
        self, cle: Sequence[str], avant: Iterable[Ligne], apres: Iterable[Ligne], aujourd_hui: datetime.date
    ) -> Jours:
        """Days of the rows that appear, of one unit."""
        connues = {_valeurs(ligne, cle) for ligne in avant}
        neuves = [x for x in apres if _valeurs(x, cle) not in connues and (self.si is None or self.si(x))]
        jours = [_jour(ligne, self.date) for ligne in neuves]
        return [j for j in jours if not self.date or (j is not None and _recent(j, aujourd_hui, self.mois))]


@dataclass(frozen=True, slots=True)
class NouvelleValeur:
    """A row whose value of one of ``champs`` is another one; what was, or becomes, unknown is no change, and neither is
    another way to write a text. ``vers``: values that count, all of them when empty. ``date``: attribute of its day.
    ``si``: whether (row before, row after) counts."""

    code: str
    phrase: str
    champs: tuple[str, ...]
    vers: tuple[str, ...] = ()
    date: str = ""
    si: Callable[[Ligne, Ligne], bool] | None = None

    @property
    def attributs(self) -> tuple[str, ...]:
        """Attributes read of a row, those of the key aside."""
        return tuple(dict.fromkeys(filter(None, (*self.champs, self.date))))

    def lire(
        self, cle: Sequence[str], avant: Iterable[Ligne], apres: Iterable[Ligne], aujourd_hui: datetime.date
    ) -> Jours:
        """Days of the rows that changed, of one unit."""
        connues = {_valeurs(ligne, cle): ligne for ligne in avant}
        couples = [(connues.get(_valeurs(ligne, cle)), ligne) for ligne in apres]
        return [_jour(neuve, self.date) for ancienne, neuve in couples if ancienne and self._change(ancienne, neuve)]

    def _change(self, ancienne: Ligne, neuve: Ligne) -> bool:
        changes = [champ for champ in self.champs if _autre(ancienne[champ], neuve[champ])]
        vers = not self.vers or any(str(neuve[champ]) in self.vers for champ in changes)
        return bool(changes) and vers and (self.si is None or self.si(ancienne, neuve))


@dataclass(frozen=True, slots=True)
class Variation:
    """A number, ``valeur`` at each ``date``, whose latest one moved by ``part`` or more, from or to ``minimum`` at
    least: small numbers move by themselves."""

    code: str
    phrase: str
    date: str
    valeur: str
    part: float = PART_D_UNE_VARIATION
    minimum: int = MINIMUM_D_UNE_VARIATION

    @property
    def attributs(self) -> tuple[str, ...]:
        """Attributes read of a row, those of the key aside."""
        return (self.date, self.valeur)

    def varie(self, ancienne: Ligne, neuve: Ligne) -> bool:
        """Whether the latest value known moved enough from the latest one known before."""
        avant, apres = ancienne[self.valeur], neuve[self.valeur]
        if avant is None or apres is None or max(avant, apres) < self.minimum:
            return False
        if ancienne[self.date] and neuve[self.date] and neuve[self.date] < ancienne[self.date]:
            return False
        return bool(abs(apres - avant) >= self.part * avant) and apres != avant


Nouvelle = Apparition | NouvelleValeur | Variation


def comparer_lignes(
    nouvelles: Iterable[Apparition | NouvelleValeur],
    cle: Sequence[str],
    avant: Sequence[Ligne],
    apres: Sequence[Ligne],
    aujourd_hui: datetime.date,
) -> list[FaitNouveau]:
    """What is news of one unit between two sets of its rows, those that did not change left out or not: one fact for
    each piece of news, with its latest day."""
    lues = [(nouvelle.code, nouvelle.lire(cle, avant, apres, aujourd_hui)) for nouvelle in nouvelles]
    return [
        FaitNouveau(code, max((jour for jour in jours if jour is not None), default=None))
        for code, jours in lues
        if jours
    ]


def _valeurs(ligne: Ligne, attributs: Sequence[str]) -> tuple[Any, ...]:
    return tuple(ligne[a] for a in attributs)


def _autre(avant: Any, apres: Any) -> bool:
    if avant is None or apres is None:
        return False
    if isinstance(avant, str) and isinstance(apres, str):
        return plier(avant) != plier(apres)
    return bool(avant != apres)


def _jour(ligne: Ligne, attribut: str) -> datetime.date | None:
    """The day that an attribute says; the last one of a year."""
    valeur = ligne[attribut] if attribut else None
    if isinstance(valeur, int):
        return datetime.date(valeur, 12, 31) if 1900 <= valeur <= 2200 else None
    return paris.jour_ecrit(valeur) if isinstance(valeur, datetime.date) else None


def _recent(jour: datetime.date, aujourd_hui: datetime.date, mois: int) -> bool:
    return (aujourd_hui.year - jour.year) * 12 + aujourd_hui.month - jour.month <= mois
