"""Load modes: what a new file does to the rows in place. Each is atomic and keeps the previous version for a
rollback."""

from dataclasses import dataclass
from typing import LiteralString

from fce.sources.fichier import Lecteur


@dataclass(frozen=True, slots=True)
class Remplace:
    """The file replaces all rows, except those whose boolean field ``sauf`` is true (a former system)."""

    sauf: str | None = None


@dataclass(frozen=True, slots=True)
class ParPeriode:
    """The file replaces only its own periods: the distinct values of ``champ`` (month, year) it holds.

    ``garde``: number of latest periods kept; None: all.
    """

    champ: str
    garde: int | None = None


@dataclass(frozen=True, slots=True)
class Fusionne:
    """Upsert by key: a row of the file replaces the row in place with the same key; the others stay.

    ``selon``: date field that decides which row is the latest, so that files may come in any order. Without it, a file
    older than the version in place is refused.
    """

    selon: str | None = None


@dataclass(frozen=True, slots=True)
class Cumule:
    """Append: rows in place stay; identical rows (``ligne`` aside) are kept once."""


Mode = Remplace | ParPeriode | Fusionne | Cumule


@dataclass(frozen=True, slots=True)
class Versement:
    """Rows of a file that belong to the source ``vers``; ``fichier`` reads them with its columns.

    Merged by key, keeping the latest row; all the sources of the file switch together.
    """

    vers: str
    fichier: Lecteur


@dataclass(frozen=True, slots=True)
class Calcul:
    """Fields that FCE computes when it puts a file in place, from the rows loaded and from open sources.

    ``champs``: these fields; the file has no column for them. ``sql``: SELECT of ``place`` (the ``ctid`` of a loaded
    row, at most once) and of these fields; ``{table}`` is the table of the loaded rows.
    """

    champs: tuple[str, ...]
    sql: LiteralString
