"""Load modes: what a new file does to what is in place. Each is atomic and keeps the version before for a rollback."""

from dataclasses import dataclass


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
    """Upsert by key: a row of the file replaces the one in place with the same key, the others stay."""


@dataclass(frozen=True, slots=True)
class Cumule:
    """The file adds to what earlier files said: rows in place stay; a same row (all but ``ligne``) is kept once."""


Mode = Remplace | ParPeriode | Fusionne | Cumule
