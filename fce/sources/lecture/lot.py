"""Batches of rows, as reading gives them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

LONGUEUR_VALEUR = 200


class Illisible(str):
    """An unreadable cell: its text, and why its row is set aside."""

    motif: str

    def __new__(cls, brut: str, motif: str) -> "Illisible":
        cellule = super().__new__(cls, brut)
        cellule.motif = motif
        return cellule


@dataclass(frozen=True, slots=True)
class Rejet:
    """A row set aside. ``ligne``: physical line where it starts (the header is line 1).

    ``colonne`` and ``valeur`` (200 characters at most) are None when the row itself is malformed. ``cle``: invalid
    SIREN or SIRET.
    """

    ligne: int
    colonne: str | None
    valeur: str | None
    motif: str
    cle: bool = False


@dataclass(slots=True)
class Lot:
    """Checked and typed rows: columns of ``lignes`` are the attributes of the source, then ``ligne`` (Int64).

    ``texte``: the rows as csv for COPY, if requested; ``lignes`` then has only the columns kept by the caller.
    ``hauteur``: number of rows.
    Optional columns missing from the file are present and null. ``recues`` = ``hauteur`` + ``len(rejets)``.
    ``vidages``: values emptied in kept rows (tolerant source), not counted in ``rejets``.
    With several files, ``ligne`` continues from one file to the next.
    """

    lignes: "pl.DataFrame"
    rejets: list[Rejet]
    recues: int
    avertissements: list[str] = field(default_factory=list)
    fichier: Path | None = None
    vidages: list[Rejet] = field(default_factory=list)
    texte: "bytes | memoryview | None" = None

    @property
    def hauteur(self) -> int:
        return self.recues - len(self.rejets)

    @property
    def rejets_cles(self) -> int:
        return sum(r.cle for r in self.rejets)
