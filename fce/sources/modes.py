"""Load modes: what a new file does to what is in place. Each is atomic and keeps the version before for a rollback."""

from dataclasses import dataclass

from fce.sources.fichier import Lecteur


@dataclass(frozen=True, slots=True)
class Remplace:
    """The file replaces everything; rows in place whose boolean field ``sauf`` is true survive (a former system)."""

    sauf: str | None = None


@dataclass(frozen=True, slots=True)
class ParPeriode:
    """The file replaces its own periods only: the distinct values of ``champ`` (a month, a year) that it holds.

    ``garde``: number of periods kept, the latest ones; None keeps all.
    """

    champ: str
    garde: int | None = None


@dataclass(frozen=True, slots=True)
class Fusionne:
    """Upsert by key: a row of the file replaces the one in place with the same key, the others stay.

    ``selon``: field (a date) that tells which of the two is the latest; an older row of the file is then left out, so
    that files may come in any order. Without it, a file older than what is in place is refused.
    """

    selon: str | None = None


@dataclass(frozen=True, slots=True)
class Cumule:
    """The file adds to what earlier files said: rows in place stay; a same row (all but ``ligne``) is kept once."""


Mode = Remplace | ParPeriode | Fusionne | Cumule


@dataclass(frozen=True, slots=True)
class Versement:
    """Rows of a file that belong to another source, named ``vers``: ``fichier`` reads them, with its columns.

    They are merged into it by its key, the latest of each row kept; all the sources of the file switch together.
    """

    vers: str
    fichier: Lecteur
