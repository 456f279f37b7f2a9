"""Parquet: the same checks as csv, since everything is turned into text first; batches keep memory constant."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from fce.sources.lecture.indices import TOUT_EST_POSSIBLE, Indices
from fce.sources.lecture.refus import refus

_TAILLE_LOT = 40_000


def lots_parquet(chemin: Path, taille: int = _TAILLE_LOT) -> Iterator[pl.DataFrame]:
    """Batches of text columns, in the order of the file; an empty one first, whose columns are those of the file.

    Slices skip the pages before them: memory depends on ``taille`` only, even in a file of one row group (measured).
    Raises ``ImportRefuse`` when the file is not a sound Parquet.
    """
    try:
        balayage = pl.scan_parquet(chemin, glob=False)
        schema = balayage.collect_schema()
        yield pl.DataFrame(schema=dict.fromkeys(schema.names(), pl.String))
        textes = balayage.select(_en_texte(nom, genre) for nom, genre in schema.items())
        total = balayage.select(pl.len()).collect().item()
        for debut in range(0, total, taille):
            yield textes.slice(debut, taille).collect(engine="in-memory")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as erreur:
        raise refus(chemin, "parquet", "ce n'est pas un fichier Parquet lisible (abîmé ou tronqué).") from erreur


def indices_du_lot(textes: pl.DataFrame) -> Indices:
    """What a batch may contain (its columns are all text), found out by polars since there are no bytes to look at."""
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
        # Pandas turns whole numbers with gaps into floats: 2023.0 is the year 2023.
        entier = colonne.cast(pl.Int64, strict=False)
        return pl.when(colonne == entier.cast(genre)).then(entier.cast(pl.String)).otherwise(colonne.cast(pl.String))
    if genre == pl.Binary:
        return colonne.cast(pl.String, strict=False)
    return colonne.cast(pl.String)
