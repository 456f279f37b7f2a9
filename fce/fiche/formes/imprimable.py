"""The content of a bloc, ready to print: provenance, tables, labels and values, series. Frozen, already masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from fce.fiche.formes.graphique import Graphique
from fce.fiche.unite.perimetre import Perimetre
from fce.socle.texte.formats import au, jour


class Provenance(NamedTuple):
    """Where a bloc comes from. A tuple, as a bloc is. Dates are None when the source was never imported.

    ``date_metier``: business date of the file ("au 31/10/2026"), None when unknown; ``date_import``: when it was
    loaded. ``en_retard``: older than the producer announced. ``refuse_le``: day of the last file, when it was refused.
    """

    source: str
    titre: str
    producteur: str
    systeme: str
    date_metier: date | None = None
    date_import: datetime | None = None
    en_retard: bool = False
    refuse_le: date | None = None

    @property
    def datee(self) -> str:
        """What follows the producer's name: `` au 31/10/2026``, or that the date is unknown; "" if never imported."""
        dite = au(self.date_metier, self.date_import)
        return f"{' ' if self.date_metier else ', '}{dite}" if dite else ""

    @property
    def avertissement(self) -> str:
        """Warning about freshness, as the end of a sentence; "" when there is none."""
        retard = ("mise à jour en retard",) if self.en_retard else ()
        refus = (f"dernier import refusé le {jour(self.refuse_le)}",) if self.refuse_le else ()
        return ", ".join((*retard, *refus))


class Cellule(NamedTuple):
    """A value as printed (``texte``) and raw (``valeur``), with its link, and a second line (``precision``), if any.

    A tuple, four times faster to make than a frozen dataclass: a sheet has a thousand.
    """

    texte: str
    valeur: object = None
    lien: str = ""
    precision: str = ""


class ColonneVue(NamedTuple):
    """``attribut`` of the declaration, its label with the unit; figures are aligned right."""

    attribut: str
    libelle: str
    chiffre: bool = False


@dataclass(frozen=True, slots=True)
class LienExterne:
    """A link to another site, always https."""

    libelle: str
    adresse: str


class Departement(NamedTuple):
    """Rows of a département: its name, their number, the day of the latest."""

    nom: str
    nombre: int
    dernier: date | None = None


class LignesAilleurs(NamedTuple):
    """The rows of a table outside the reader's territory, folded. ``debut``: rank of the first one shown; ``total``:
    number, and that of his own (``ici``, under ``titre``)."""

    titre: str
    ici: int
    debut: int
    total: int
    departements: tuple[Departement, ...]


@dataclass(frozen=True, slots=True)
class EnTableau:
    """Printable cells under the labels declared by the source.

    ``total``: number of rows of ``perimetre``, of which ``lignes`` are shown. ``totaux``: cells of the total row, empty
    without one; ``ensemble``: total row of the whole company when ``perimetre`` is a part of it. ``unites``: what a row
    is ("établissement"), for the caption. ``note``: remark on the count. ``replie``: folded. ``page`` and ``pages``: of
    a paginated list. ``synthese``: the folded rows, shown before them or in their place. ``optionnelles``: attributes
    of the columns that the reader may hide. ``vides``: those of the columns without a value in all the rows read, which
    a page hides. ``ailleurs``: where the reader's territory ends, when the rows are in and out of it.
    """

    colonnes: tuple[ColonneVue, ...]
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
    synthese: EnTableau | None = None
    optionnelles: tuple[str, ...] = ()
    vides: frozenset[str] = frozenset()
    ailleurs: LignesAilleurs | None = None


@dataclass(frozen=True, slots=True)
class EnValeurs:
    """Labels and values of one row. ``phrase``: what being on the list means; ``autres``: number of further rows."""

    paires: tuple[tuple[str, Cellule], ...]
    perimetre: Perimetre
    phrase: str = ""
    autres: int = 0
    liens: tuple[LienExterne, ...] = ()


@dataclass(frozen=True, slots=True)
class EnSerie:
    """Charts, and the table of the same figures, over ``periode`` months (0: everything)."""

    graphiques: tuple[Graphique, ...]
    tableau: EnTableau
    perimetre: Perimetre
    periode: int
    periodes: tuple[int, ...]
