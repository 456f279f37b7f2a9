"""The tantivy indexes that a version is made of, one per kind, state and fragment."""

from pathlib import Path

from tantivy import Index

from fce.recherche.champs import Etat
from fce.recherche.engines.tantivy.pannes import lecture
from fce.recherche.engines.tantivy.schema import preparer
from fce.recherche.port import Genre


def nom_fragment(genre: Genre, etat: Etat, fragment: int) -> str:
    """Folder of one tantivy index inside a version."""
    return f"{genre}-{etat}-{fragment}"


def ouvrir(version: Path, genre: Genre, etat: Etat, fragment: int) -> Index:
    """Open one tantivy index of a version."""
    with lecture():
        return preparer(Index.open(str(version / nom_fragment(genre, etat, fragment))))


def compter(index: Index) -> int:
    """Count the documents that an index gives."""
    with lecture():
        index.reload()
        return index.searcher().num_docs


def fichier_des_partis(version: Path, fragment: int) -> Path:
    """Where a fragment says how many documents it has taken out."""
    return version / f"partis-{fragment}"
