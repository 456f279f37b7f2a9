"""Count the decompressed text of a file, whatever the file or its archive declares."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from fce.sources.lecture.refus import refus

OCTETS_DU_LOT = 32 << 20
"""Maximum bytes of text in a batch; a process holds a few batches."""


def octets_de_texte(tableau: pl.DataFrame) -> int:
    """Bytes of all the texts of a table, counting repeated ones each time although polars stores them once."""
    textes = [colonne for colonne in tableau.get_columns() if colonne.dtype == pl.String]
    return sum(int(colonne.str.len_bytes().cast(pl.UInt64).sum()) for colonne in textes)


@dataclass(slots=True)
class Compteur:
    """``maximum``: bytes of text after which the file is refused; None: no limit."""

    chemin: Path
    maximum: int | None = None
    _octets: int = 0

    def ajouter(self, octets: int) -> None:
        self._octets += octets
        self.exiger(self._octets)

    def exiger(self, octets: int) -> None:
        if self.maximum is not None and octets > self.maximum:
            raise refus(
                self.chemin,
                "taille",
                f"une fois décompressé, il dépasse {self.maximum // 10**6} Mo ; prenez-en un extrait.",
            )
