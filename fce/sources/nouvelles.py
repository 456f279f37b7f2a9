"""News between two versions of a source: a row that appears, a value that changes, a number that moves. No I/O.

Takes the rows of one unit and gives facts; other rooms know who follows the unit and may read it. ``phrase``: what
changed, « Établissement : ouvert → fermé » when the code says both values; ``dit``: the value of a row otherwise.
``alarmante``: it tells what the source's alarm tells, hence is as serious; otherwise as serious as the events of its
``jalon``. ``gravite`` is declared for a source without either.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fce.socle.texte import paris
from fce.socle.texte.formats import nombre
from fce.socle.texte.pliage import plier
from fce.sources.presentation import Gravite, Ligne

MOIS_D_UNE_NOUVELLE = 12
Dire = Callable[[Ligne], str]


@dataclass(frozen=True, slots=True)
class FaitNouveau:
    """``avant`` and ``apres``: the value in the old and in the new row, "" when the sentence says none."""

    code: str
    jour: datetime.date | None = None
    avant: str = ""
    apres: str = ""


@dataclass(frozen=True, slots=True)
class Apparition:
    """A row with a new key. ``phrase``: sentence shown, without full stop.

    ``date``: attribute of its day or year ("" if none), which must be within the last ``mois`` months, so that a file
    of old rows makes no news. ``si``: whether a row counts; ``autres``: attributes read by ``si``.
    """

    code: str
    phrase: str
    date: str = ""
    si: Callable[[Ligne], bool] | None = None
    autres: tuple[str, ...] = ()
    mois: int = MOIS_D_UNE_NOUVELLE
    gravite: Gravite = Gravite.A_VOIR
    alarmante: bool = False
    dit: Dire | None = None

    @property
    def attributs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (self.date, *self.autres))))

    def faits(
        self, cle: Sequence[str], avant: Iterable[Ligne], apres: Iterable[Ligne], aujourd_hui: datetime.date
    ) -> list[FaitNouveau]:
        connues = {_valeurs(ligne, cle) for ligne in avant}
        neuves = [x for x in apres if _valeurs(x, cle) not in connues and (self.si is None or self.si(x))]
        faits = [FaitNouveau(self.code, _jour(x, self.date), "", self.dit(x) if self.dit else "") for x in neuves]
        return [f for f in faits if not self.date or (f.jour is not None and _recent(f.jour, aujourd_hui, self.mois))]


@dataclass(frozen=True, slots=True)
class NouvelleValeur:
    """A row with another value in one of ``champs``.

    A change from or to unknown, or a different spelling of a text, does not count. ``vers``: new values that count
    (empty: all). ``date``: attribute of the day. ``si``: whether (row before, row after) counts.
    """

    code: str
    phrase: str
    champs: tuple[str, ...]
    vers: tuple[str, ...] = ()
    date: str = ""
    si: Callable[[Ligne, Ligne], bool] | None = None
    gravite: Gravite = Gravite.A_VOIR
    alarmante: bool = False
    dit: Dire | None = None

    @property
    def attributs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (*self.champs, self.date))))

    def faits(
        self, cle: Sequence[str], avant: Iterable[Ligne], apres: Iterable[Ligne], aujourd_hui: datetime.date
    ) -> list[FaitNouveau]:
        connues = {_valeurs(ligne, cle): ligne for ligne in avant}
        couples = [(ancienne, x) for x in apres if (ancienne := connues.get(_valeurs(x, cle))) is not None]
        dire = self.dit or _rien
        return [
            FaitNouveau(self.code, _jour(neuve, self.date), dire(ancienne), dire(neuve))
            for ancienne, neuve in couples
            if self._change(ancienne, neuve)
        ]

    def _change(self, ancienne: Ligne, neuve: Ligne) -> bool:
        changes = [champ for champ in self.champs if _autre(ancienne[champ], neuve[champ])]
        vers = not self.vers or any(str(neuve[champ]) in self.vers for champ in changes)
        return bool(changes) and vers and (self.si is None or self.si(ancienne, neuve))


@dataclass(frozen=True, slots=True)
class Variation:
    """The latest ``valeur`` by ``date`` moved by ``part`` or more, from or to at least ``minimum``, as small numbers
    vary by chance."""

    code: str
    phrase: str
    date: str
    valeur: str
    part: float
    minimum: int
    gravite: Gravite = Gravite.A_VOIR
    alarmante: bool = False

    @property
    def attributs(self) -> tuple[str, ...]:
        return (self.date, self.valeur)

    def dit(self, ligne: Ligne) -> str:
        return nombre(ligne[self.valeur])

    def varie(self, ancienne: Ligne, neuve: Ligne) -> bool:
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
    """News of one unit between two sets of rows, which may omit the unchanged ones: one fact per declared piece of
    news, with its latest day."""
    trouvees = [nouvelle.faits(cle, avant, apres, aujourd_hui) for nouvelle in nouvelles]
    return [max(faits, key=lambda fait: fait.jour or datetime.date.min) for faits in trouvees if faits]


def _rien(_: Ligne) -> str:
    return ""


def _valeurs(ligne: Ligne, attributs: Sequence[str]) -> tuple[Any, ...]:
    return tuple(ligne[a] for a in attributs)


def _autre(avant: Any, apres: Any) -> bool:
    if avant is None or apres is None:
        return False
    if isinstance(avant, str) and isinstance(apres, str):
        return plier(avant) != plier(apres)
    return bool(avant != apres)


def _jour(ligne: Ligne, attribut: str) -> datetime.date | None:
    valeur = ligne[attribut] if attribut else None
    if isinstance(valeur, int):
        return datetime.date(valeur, 12, 31) if 1900 <= valeur <= 2200 else None
    return paris.jour_ecrit(valeur) if isinstance(valeur, datetime.date) else None


def _recent(jour: datetime.date, aujourd_hui: datetime.date, mois: int) -> bool:
    return (aujourd_hui.year - jour.year) * 12 + aujourd_hui.month - jour.month <= mois
