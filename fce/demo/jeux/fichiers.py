"""Write rows in a source's official layout, taken from its sample: header, separator, encoding, BOM, quotes.

Raises ``ValueError`` for a column that the sample lacks.
"""

import csv
import gzip
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from fce.demo.calendrier import Calendrier
from fce.sources import registre
from fce.sources.declaration import Csv

Ligne = Mapping[str, str]

_LUS_PAR_FONCTION = {
    "mdf-controles": (",", "cp1252"),
    "sora-controles": (",", "utf-8"),
    "marches-publics": (",", "utf-8"),
    "aides-ademe": (",", "utf-8"),
    "annuaire-facturation": (",", "utf-8"),
    "rnf": (",", "utf-8"),
    "spectacles": (";", "latin-1"),
    "finess": (";", "latin-1"),
}
"""Separator and encoding of the delimited files that have a reader of their own; ``;`` and UTF-8 otherwise."""

_MILLESIMES: Mapping[str, Callable[[Calendrier], int]] = {
    "collectivites": lambda c: c.annee_effectifs,
    "contrats-aides": lambda c: c.annee_close,
    "detachement-siren": lambda c: c.stock.year,
    "detachement-siret": lambda c: c.stock.year,
}
"""Year written in some column names."""

_MARQUE = b"\xef\xbb\xbf"
_MILLESIME = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
"""A year in a column name."""


@dataclass(frozen=True, slots=True)
class Gabarit:
    """How a delimited file is written. ``guillemets``: quote every cell."""

    colonnes: tuple[str, ...]
    separateur: str
    encodage: str
    marque: bool
    guillemets: bool

    def octets(self, lignes: Iterable[Ligne]) -> bytes:
        """Return the file; missing cells are empty. Raises ``ValueError`` for an unknown column."""
        sortie = io.StringIO(newline="")
        ecrivain = csv.writer(
            sortie,
            delimiter=self.separateur,
            quoting=csv.QUOTE_ALL if self.guillemets else csv.QUOTE_MINIMAL,
            lineterminator="\n",
        )
        ecrivain.writerow(self.colonnes)
        connues = frozenset(self.colonnes)
        for ligne in lignes:
            if not connues.issuperset(ligne):
                raise ValueError(f"columns out of the layout: {sorted(set(ligne) - connues)}")
            ecrivain.writerow([ligne.get(colonne, "") for colonne in self.colonnes])
        return (_MARQUE if self.marque else b"") + sortie.getvalue().encode(self.encodage)


def gabarit(nom: str, calendrier: Calendrier) -> Gabarit:
    """Return the layout of a delimited source, from its declaration and sample. A year in a column name is replaced by
    that of the story."""
    source = registre.source(nom)
    if isinstance(source.fichier, Csv):
        separateur, encodage = source.fichier.separateur, source.fichier.encodage.removesuffix("-sig")
    else:
        separateur, encodage = _LUS_PAR_FONCTION.get(nom, (";", "utf-8"))
    lu = _depuis(registre.exemple(source).read_bytes(), separateur, encodage)
    if (millesime := _MILLESIMES.get(nom)) is None:
        return lu
    annee = str(millesime(calendrier))
    return replace(lu, colonnes=tuple(_MILLESIME.sub(annee, colonne) for colonne in lu.colonnes))


def membre(nom: str, fichier: str, encodage: str = "utf-8") -> Gabarit:
    """Return the layout of a CSV inside a source's zip."""
    with zipfile.ZipFile(registre.exemple(registre.source(nom))) as archive:
        return _depuis(archive.read(fichier), ";", encodage)


def _depuis(exemple: bytes, separateur: str, encodage: str) -> Gabarit:
    texte = exemple.removeprefix(_MARQUE).decode(encodage)
    entete = next(csv.reader(io.StringIO(texte), delimiter=separateur))
    return Gabarit(tuple(entete), separateur, encodage, exemple.startswith(_MARQUE), texte.startswith('"'))


def ecrire(chemin: Path, octets: bytes) -> Path:
    """Write a file atomically."""
    provisoire = chemin.with_name(f"{chemin.name}.part")
    provisoire.write_bytes(octets)
    provisoire.replace(chemin)
    return chemin


def en_json(valeur: Any) -> bytes:
    return json.dumps(valeur, ensure_ascii=False).encode()


def en_zip(membres: Mapping[str, bytes], jour: date) -> bytes:
    """Return a reproducible zip: its members are dated ``jour``."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in membres.items():
            archive.writestr(
                zipfile.ZipInfo(nom, (jour.year, jour.month, jour.day, 0, 0, 0)), octets, zipfile.ZIP_DEFLATED
            )
    return sortie.getvalue()


def en_tar_gz(membres: Mapping[str, bytes], jour: date) -> bytes:
    """Return a reproducible tar.gz: its members are dated ``jour``."""
    instant = int(datetime.combine(jour, time(), UTC).timestamp())
    brut = io.BytesIO()
    with tarfile.open(fileobj=brut, mode="w") as archive:
        for nom, octets in membres.items():
            entree = tarfile.TarInfo(nom)
            entree.size, entree.mtime = len(octets), instant
            archive.addfile(entree, io.BytesIO(octets))
    return gzip.compress(brut.getvalue(), mtime=0)
