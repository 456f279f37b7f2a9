"""Accounts of a company on its sheet: a figure year by year, ratios, figures declared beside those published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fce.sources.presentation import Ligne


@dataclass(frozen=True, slots=True)
class ParAn:
    """A yearly figure given by several sources: the same ``nom`` makes one table, ``titre``.

    ``date`` gives the year, ``valeur`` the figure. Sources of the same ``colonne`` complete one another: the smallest
    ``rang`` with a value other than zero wins. Different columns are never mixed.
    """

    nom: str
    titre: str
    date: str
    valeur: str
    colonne: str
    rang: int = 0


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio read year by year. ``lecture``: how to read it, in one line; ``mediane``: attribute of the median of the
    sector, "" without one."""

    attribut: str
    lecture: str
    mediane: str = ""


@dataclass(frozen=True, slots=True)
class Ratios:
    """A table of its own for the ratios of a source: one column per closing ``date``, one row per ratio, with its
    median between brackets.

    ``comptes``, ``secteur``, ``intitule``: from a row, the kind of accounts, the sector that its medians are about
    (level, number of accounts), and the name of that sector. ``note``: which accounts these are; ``calcul``: how the
    medians are computed.
    """

    titre: str
    date: str
    ratios: tuple[Ratio, ...]
    comptes: Callable[[Ligne], str]
    secteur: Callable[[Ligne], str]
    intitule: Callable[[Ligne], str]
    note: str
    calcul: str


class Confronte(NamedTuple):
    """One figure of a ``Confrontation``: label, closing date, what was declared and on which day, what was
    published."""

    libelle: str
    cloture: date
    declare: Decimal
    declare_le: date | None
    publie: Decimal


@dataclass(frozen=True, slots=True)
class Confrontation:
    """A table of its own: figures that a company declared, beside those that it published for the same closing date.

    ``avec``: source of the published figures, read only for a reader who may open both. ``fonction``: (rows, rows of
    ``avec``, today) → figures known on both sides, latest closing first. ``note``: which accounts these are.
    """

    titre: str
    avec: str
    fonction: Callable[[Sequence[Ligne], Sequence[Ligne], date], Sequence[Confronte]]
    note: str = ""
