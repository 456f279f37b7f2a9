"""What reading hands out, batch by batch."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

LONGUEUR_VALEUR = 200


class Illisible(str):
    """A cell that a reader could not read: what stands there, and why its row is set aside."""

    motif: str

    def __new__(cls, brut: str, motif: str) -> "Illisible":
        cellule = super().__new__(cls, brut)
        cellule.motif = motif
        return cellule


@dataclass(frozen=True, slots=True)
class Rejet:
    """A row set aside. ``ligne``: physical line where it starts (the header is line 1).

    ``colonne`` and ``valeur`` (200 characters at most) are None when the row itself is malformed. ``cle``: the fault is
    a SIREN or a SIRET.
    """

    ligne: int
    colonne: str | None
    valeur: str | None
    motif: str
    cle: bool = False


@dataclass(slots=True)
class Lot:
    """Rows checked and typed: columns of ``lignes`` are the attributes of the source, then ``ligne`` (Int64).

    ``texte``: the same rows as PostgreSQL's COPY reads them (csv, no header), when the reading was asked for them;
    ``lignes`` then has only the columns that the caller said it looks at. ``hauteur``: number of rows.
    Optional columns absent from the file are there, all null. ``lues`` = ``hauteur`` + ``len(rejets)``.
    ``vidages``: values left out of rows that were kept (tolerant source); they are not counted among the rejects.
    With several files, ``ligne`` goes on from one file to the next, as if they were glued together.
    """

    lignes: "pl.DataFrame"
    rejets: list[Rejet]
    lues: int
    avertissements: list[str] = field(default_factory=list)
    fichier: Path | None = None
    vidages: list[Rejet] = field(default_factory=list)
    texte: "bytes | memoryview | None" = None

    @property
    def hauteur(self) -> int:
        """Number of rows kept."""
        return self.lues - len(self.rejets)

    @property
    def rejets_cles(self) -> int:
        """Number of rows set aside for a wrong SIREN or SIRET."""
        return sum(r.cle for r in self.rejets)
