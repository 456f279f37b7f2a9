"""Read Parquet as text, with the same checks as csv, in bounded batches.

A few bytes may stand for millions of rows: metadata are checked first, then only declared columns are decoded.
"""

import io
import struct
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from fce.socle.texte.formats import nombre, pluriel
from fce.sources.lecture.indices import TOUT_EST_POSSIBLE, Indices
from fce.sources.lecture.refus import refus
from fce.sources.lecture.taille import OCTETS_DU_LOT, octets_de_texte

_TAILLE_LOT = 40_000
CELLULES_DU_LOT = 4_000_000
COLONNES_MAX = 2_000
"""The widest official table has under two hundred."""
METADONNEES_MAX = 16 << 20
"""Bytes of the footer, which polars decodes first."""
_MARQUE = b"PAR1"
_ABIME = "ce n'est pas un fichier Parquet lisible (abîmé ou tronqué)."


class Balayage:
    """A file with valid metadata. ``noms``: column names as written; ``lignes``: announced number of rows.

    Raises ImportRefuse when the file is invalid or out of proportion.
    """

    def __init__(self, chemin: Path, taille: int = _TAILLE_LOT) -> None:
        self._chemin, self._taille = chemin, taille
        _verifier_metadonnees(chemin)
        with _disant(chemin):
            self._balayage = pl.scan_parquet(chemin, glob=False)
            self._schema = self._balayage.collect_schema()
            if len(self._schema) > COLONNES_MAX:
                trop = f"il a {pluriel(len(self._schema), 'colonne')}, plus de {nombre(COLONNES_MAX)}"
                raise refus(chemin, "colonnes", f"{trop} ; il est démesuré.")
            self.lignes: int = self._balayage.select(pl.len()).collect().item()
        self.noms = self._schema.names()

    def lots(self, voulues: Collection[str]) -> Iterator[pl.DataFrame]:
        """Batches of the text columns whose trimmed name is in ``voulues``.

        Slicing skips earlier pages, so memory depends on the batch only, even with a single row group (measured).
        """
        genres = {nom: genre for nom, genre in self._schema.items() if nom.strip() in voulues}
        textes = self._balayage.select(_en_texte(nom, genre).alias(nom.strip()) for nom, genre in genres.items())
        taille = max(1, min(self._taille, CELLULES_DU_LOT // max(1, len(genres))))
        with _disant(self._chemin):
            for debut in range(0, self.lignes, taille):
                yield from _couper(textes.slice(debut, taille).collect(engine="in-memory"))


def _couper(lot: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Halve a batch until its texts are small enough to copy: a repeated value is stored once but copied for each
    row."""
    if lot.height > 1 and octets_de_texte(lot) > OCTETS_DU_LOT:
        yield from _couper(lot.slice(0, lot.height // 2))
        yield from _couper(lot.slice(lot.height // 2))
    else:
        yield lot


def _verifier_metadonnees(chemin: Path) -> None:
    with chemin.open("rb") as flux:
        taille = flux.seek(0, io.SEEK_END)
        flux.seek(max(0, taille - 8))
        fin = flux.read()
    (metadonnees,) = struct.unpack("<I", fin[:4]) if fin[4:] == _MARQUE else (taille,)
    if metadonnees + 12 > taille:
        raise refus(chemin, "parquet", _ABIME)
    if metadonnees > METADONNEES_MAX:
        raise refus(chemin, "parquet", "ses métadonnées sont démesurées ; il est suspect.")


@contextmanager
def _disant(chemin: Path) -> Iterator[None]:
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as erreur:
        raise refus(chemin, "parquet", _ABIME) from erreur


def indices_du_lot(textes: pl.DataFrame) -> Indices:
    """Hints computed by polars, as Parquet has no csv bytes to inspect."""
    if not textes.width:
        return TOUT_EST_POSSIBLE
    esperluette = textes.select(pl.any_horizontal(pl.all().str.contains("&", literal=True).any())).item()
    return Indices(espaces=None, vides=True, decompose=True, entites=bool(esperluette))


def _en_texte(nom: str, genre: pl.DataType) -> pl.Expr:
    colonne = pl.col(nom)
    if genre == pl.String:
        return colonne
    if genre == pl.Datetime:
        return colonne.dt.replace_time_zone(None).dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
    if genre == pl.Date:
        return colonne.dt.to_string("%Y-%m-%d")
    if genre.is_float():
        # Pandas stores whole numbers with gaps as floats: 2023.0 is the year 2023.
        entier = colonne.cast(pl.Int64, strict=False)
        return pl.when(colonne == entier.cast(genre)).then(entier.cast(pl.String)).otherwise(colonne.cast(pl.String))
    if genre == pl.Binary:
        return colonne.cast(pl.String, strict=False)
    return colonne.cast(pl.String)
