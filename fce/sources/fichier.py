"""Layouts of source files, and paginated answers."""

import codecs
import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Csv:
    """Delimited text (plain, gzip, or alone in a zip). ``encodage``: utf-8, or a single-byte encoding.

    ``nuls``: texts read as null in columns that are not text (Insee's ``[ND]``). ``entete``: column names of a file
    without header.
    """

    separateur: str = ","
    encodage: str = "utf-8"
    nuls: tuple[str, ...] = ()
    entete: tuple[str, ...] = ()

    @property
    def utf8(self) -> bool:
        return codecs.lookup(self.encodage).name in ("utf-8", "utf-8-sig")


LigneBrute = tuple[int, Mapping[str, str | None]]
Paquet = tuple[Sequence[int], Mapping[str, Sequence[str | None]]]
"""Consecutive rows: their lines, and their values by column."""


def _nommee(module: str, nom: str) -> object:
    return getattr(importlib.import_module(module), nom)


@dataclass(frozen=True, slots=True)
class ParPaquets:
    """Decorator of a ``Lecteur`` function that yields packets of columns, faster than one object per row on large
    files.

    Calling it yields the rows one by one.
    """

    paquets: Callable[[Path], Iterator[Paquet]]

    def __reduce__(self) -> tuple[Callable[[str, str], object], tuple[str, str]]:
        # Pickle by name: the decorator replaces the function ``paquets`` in its module.
        return _nommee, (self.paquets.__module__, self.paquets.__qualname__)

    def __call__(self, chemin: Path) -> Iterator[LigneBrute]:
        for numeros, colonnes in self.paquets(chemin):
            for numero, *valeurs in zip(numeros, *colonnes.values(), strict=True):
                yield numero, dict(zip(colonnes, valeurs, strict=True))


@dataclass(frozen=True, slots=True)
class Lecteur:
    """Any other layout (xml, xlsx, json, zip of several files): ``fonction`` yields (line, {column: raw text}).

    The function, in ``lecture.py`` beside the declaration, raises ImportRefuse for a wrong file and interprets nothing:
    rows are then checked as those of a csv. It opens archives, XML and workbooks only with ``lecture.archives``,
    ``balisage`` and ``classeur``; an unreadable cell is an ``Illisible``, which sets its row aside.
    ``extension``: that of ``exemple``. ``part``: share of the text that the table keeps, to estimate disk space.
    """

    fonction: Callable[[Path], Iterator[LigneBrute]]
    extension: str
    nuls: tuple[str, ...] = ()
    part: float = 1.0


@dataclass(frozen=True, slots=True)
class Pages:
    """A paginated JSON answer. ``liste``: where a page holds its records.

    ``suivante``: where it holds the URL of the next page; otherwise ``rang``: URL parameter that counts the records
    already received, until a page is empty.
    """

    liste: str
    suivante: str = ""
    rang: str = ""


@dataclass(frozen=True, slots=True)
class Parquet:
    """``nuls`` as for ``Csv``."""

    nuls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Auto:
    """Csv or Parquet, detected by the first bytes of the file."""

    csv: Csv = field(default_factory=Csv)

    @property
    def nuls(self) -> tuple[str, ...]:
        return self.csv.nuls
