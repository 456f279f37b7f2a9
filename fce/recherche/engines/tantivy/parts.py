"""The tantivy indexes of a version: one per kind, state and fragment."""

from pathlib import Path

from tantivy import Index

from fce.recherche.engines.champs import Etat
from fce.recherche.engines.port import Genre
from fce.recherche.engines.tantivy.pannes import lecture
from fce.recherche.engines.tantivy.schema import preparer


def nom_fragment(genre: Genre, etat: Etat, fragment: int) -> str:
    """Name of the folder of one tantivy index inside a version."""
    return f"{genre}-{etat}-{fragment}"


def ouvrir(version: Path, genre: Genre, etat: Etat, fragment: int) -> Index:
    with lecture():
        return preparer(Index.open(str(version / nom_fragment(genre, etat, fragment))))


def compter(index: Index) -> int:
    """Number of documents of an index, without the deleted ones."""
    with lecture():
        index.reload()
        return index.searcher().num_docs


def fichier_des_partis(version: Path, fragment: int) -> Path:
    """File where a fragment writes how many documents it deleted."""
    return version / f"partis-{fragment}"
