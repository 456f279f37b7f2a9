"""How the file of a source is laid out, and how a producer hands it out."""

import codecs
import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Csv:
    """Delimited text (plain, gzip, or alone in a zip). ``encodage``: utf-8, or a declared single-byte one.

    ``nuls``: what the producer writes for "not given" in a column that is not text (INSEE's ``[ND]``): read as null.
    ``entete``: names of the columns, in order, of a file that has no header line.
    """

    separateur: str = ","
    encodage: str = "utf-8"
    nuls: tuple[str, ...] = ()
    entete: tuple[str, ...] = ()

    @property
    def utf8(self) -> bool:
        """Whether the file is in UTF-8, with or without its mark."""
        return codecs.lookup(self.encodage).name in ("utf-8", "utf-8-sig")


LigneBrute = tuple[int, Mapping[str, str | None]]
Paquet = tuple[Sequence[int], Mapping[str, Sequence[str | None]]]
"""Some rows in a row: their lines, and their values column by column."""


def _nommee(module: str, nom: str) -> object:
    return getattr(importlib.import_module(module), nom)


@dataclass(frozen=True, slots=True)
class ParPaquets:
    """Decorator of a function of ``Lecteur`` that yields packets: a file of millions of rows is read faster when no row
    is an object. Called, it yields the rows one by one, as the others do."""

    paquets: Callable[[Path], Iterator[Paquet]]

    def __reduce__(self) -> tuple[Callable[[str, str], object], tuple[str, str]]:
        # Sent to another process by its name, as a function is: the decorator stands in the place of ``paquets``.
        return _nommee, (self.paquets.__module__, self.paquets.__qualname__)

    def __call__(self, chemin: Path) -> Iterator[LigneBrute]:
        for numeros, colonnes in self.paquets(chemin):
            for numero, *valeurs in zip(numeros, *colonnes.values(), strict=True):
                yield numero, dict(zip(colonnes, valeurs, strict=True))


@dataclass(frozen=True, slots=True)
class Lecteur:
    """Any other layout (xml, xlsx, json, zip of several files): ``fonction`` yields (line, {column: raw text}).

    It lives in ``lecture.py`` beside the declaration, raises ``ImportRefuse`` on a file that is not what it should be,
    and never interprets: rows are checked and typed like those of a csv. It opens an archive, an XML or a workbook with
    ``lecture.archives``, ``balisage`` and ``classeur`` only; a cell that cannot be read is an ``Illisible``, which
    sends its row to quarantine. ``extension`` is that of ``exemple``. ``part``: share of the text of the file that is
    kept, for the room that an import asks of the disk.
    """

    fonction: Callable[[Path], Iterator[LigneBrute]]
    extension: str
    nuls: tuple[str, ...] = ()
    part: float = 1.0


@dataclass(frozen=True, slots=True)
class Pages:
    """An answer given page by page, in JSON, kept one after the other. ``liste``: where a page holds its records.

    ``suivante``: where it holds the address of the next one; else ``rang``: the parameter of the address that counts
    the records already given, until a page has none.
    """

    liste: str
    suivante: str = ""
    rang: str = ""


@dataclass(frozen=True, slots=True)
class Parquet:
    """Parquet file; ``nuls`` as for ``Csv``."""

    nuls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Auto:
    """Csv or Parquet, decided by the first bytes of the file, never by its name."""

    csv: Csv = field(default_factory=Csv)

    @property
    def nuls(self) -> tuple[str, ...]:
        """Texts that mean « no value » in the csv; a Parquet file has real nulls."""
        return self.csv.nuls
