"""The content of a bloc ready to print: tables, labels and values, series. Frozen, already masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from fce.fiche.graphique import Graphique
from fce.fiche.perimetre import Perimetre


class Cellule(NamedTuple):
    """A value ready to print (``texte``) and as it is (``valeur``), with the address that it leads to, if any.

    A tuple, made four times as fast as a frozen dataclass: a sheet has a thousand.
    """

    texte: str
    valeur: object = None
    lien: str = ""


class ColonneLue(NamedTuple):
    """``attribut`` of the declaration, its label with the unit; figures are aligned on the right."""

    attribut: str
    libelle: str
    chiffre: bool = False


@dataclass(frozen=True, slots=True)
class LienExterne:
    """A link out of the site, always https."""

    libelle: str
    adresse: str


@dataclass(frozen=True, slots=True)
class TableauLu:
    """Printable cells under the labels that the source declares.

    ``total`` counts all the rows of ``perimetre``; ``lignes`` holds those shown. ``totaux``: cells of the last row,
    empty without one; ``ensemble``: those of one more, for the whole company when ``perimetre`` is a part of it.
    ``unites``: what a row is ("établissement"), for the caption. ``note``: what the reader must know of the count.
    ``replie``: shown only when asked. ``page`` and ``pages``: of a list read page by page. ``synthese``: what the rows
    say once folded, shown before them or in their place. ``optionnelles``: attributes of the columns that the reader
    may leave out. ``vides``: those of the columns without any value in all the rows read: a page leaves them out.
    """

    colonnes: tuple[ColonneLue, ...]
    lignes: tuple[tuple[Cellule, ...], ...]
    total: int
    perimetre: Perimetre
    totaux: tuple[Cellule, ...] = ()
    ensemble: tuple[Cellule, ...] = ()
    unites: str = "ligne"
    note: str = ""
    replie: bool = False
    liens: tuple[LienExterne, ...] = ()
    suite: bool = False
    page: int = 1
    pages: int = 1
    tri: str = ""
    synthese: TableauLu | None = None
    optionnelles: tuple[str, ...] = ()
    vides: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ValeursLues:
    """Labels and values of one row; ``phrase`` says what being on the list means; ``autres`` rows are on the list."""

    paires: tuple[tuple[str, Cellule], ...]
    perimetre: Perimetre
    phrase: str = ""
    autres: int = 0
    liens: tuple[LienExterne, ...] = ()


@dataclass(frozen=True, slots=True)
class SerieLue:
    """Charts and the table of the same figures, over ``periode`` months (0: everything)."""

    graphiques: tuple[Graphique, ...]
    tableau: TableauLu
    perimetre: Perimetre
    periode: int
    periodes: tuple[int, ...]
