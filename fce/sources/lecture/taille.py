"""How much text there is, really: as it comes out of a file, whatever the file, its name or its archive says."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from fce.sources.lecture.refus import refus

OCTETS_DU_LOT = 32 << 20
"""Bytes of text of one batch: what a process holds a few times over."""


def octets_de_texte(tableau: pl.DataFrame) -> int:
    """Bytes of all the texts of a table, each counted as often as it is met: polars keeps a repeated one once."""
    textes = [colonne for colonne in tableau.get_columns() if colonne.dtype == pl.String]
    return sum(int(colonne.str.len_bytes().cast(pl.UInt64).sum()) for colonne in textes)


@dataclass(slots=True)
class Compteur:
    """Counts the text that a file gives. ``maximum``: bytes after which it is refused; None: any."""

    chemin: Path
    maximum: int | None = None
    _octets: int = 0

    def ajouter(self, octets: int) -> None:
        """Count more bytes; raises ``ImportRefuse`` beyond the maximum."""
        self._octets += octets
        self.exiger(self._octets)

    def exiger(self, octets: int) -> None:
        """Raise ``ImportRefuse`` when the file is known to give that much, before any of it is read."""
        if self.maximum is not None and octets > self.maximum:
            raise refus(
                self.chemin,
                "taille",
                f"une fois décompressé, il dépasse {self.maximum // 10**6} Mo ; prenez-en un extrait.",
            )
