"""Write rows of facts in a source's official layout.

The sample gives the header, separator, encoding, BOM, quotes and the words for yes and no; the declaration gives the
column of each attribute and how its values are written. It is the inverse of ``sources.lecture``.
"""

import csv
import gzip
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from fce.sources import champs, registre
from fce.sources.champs import Champ
from fce.sources.declaration import Source

Faits = Mapping[str, Any]
"""Values by attribute of the declaration, or by column of the file when no attribute has it. A missing one is empty."""

IDENTITE = frozenset(
    {
        *("siren", "siret", "nom", "denomination", "libelle", "raison_sociale", "adresse", "rue", "voie", "commune"),
        *("ville", "code_postal", "code_departement", "departement", "code_region", "region"),
    }
)
"""Facts of identity: a file that has no column for one leaves it out."""

_MARQUE = b"\xef\xbb\xbf"
_MILLESIME = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
"""A year in a column name; the rows give it as ``annee`` or ``exercice``."""

_jour_ecrit = cache(date.strftime)
_TELS_QUELS: frozenset[type] = frozenset({str, int, type(None)})
"""Types that ``csv`` writes as they are."""

_NATIFS = _TELS_QUELS | {float, bool}
_OUI_NON = (("oui", "non"), ("Oui", "Non"), ("OUI", "NON"), ("O", "N"), ("1", "0"), ("true", "false"))


@dataclass(frozen=True, slots=True)
class Colonne:
    """``cle``: attribute of its field, its own name without field. ``oui_non``: its words for true and false."""

    nom: str
    cle: str
    champ: Champ | None
    oui_non: tuple[str, str] = _OUI_NON[-1]

    def texte(self, valeur: Any) -> str:
        match valeur:
            case bool():
                return self.oui_non[not valeur]
            case float() if isinstance(self.champ, champs.Decimal):
                return f"{valeur:.{self.champ.decimales}f}"
            case datetime():
                return valeur.isoformat(timespec="seconds")
            case date():
                return _jour_ecrit(valeur, self.champ.formats[0] if self.champ and self.champ.formats else "%Y-%m-%d")
        return str(valeur)


@dataclass(frozen=True, slots=True)
class Gabarit:
    """How a delimited file is written. ``guillemets``: quote every cell."""

    source: Source
    colonnes: tuple[Colonne, ...]
    separateur: str = ","
    encodage: str = "utf-8"
    marque: bool = False
    guillemets: bool = False

    def octets(self, lignes: Iterable[Faits]) -> bytes:
        """Return the file. Raises ``ValueError`` for a fact that has no column."""
        sortie, suite = io.StringIO(newline=""), iter(lignes)
        premieres = list(islice(suite, 1))
        annee = next((str(faits[cle]) for faits in premieres for cle in ("annee", "exercice") if cle in faits), "")
        ecrivain = csv.writer(
            sortie,
            delimiter=self.separateur,
            quoting=csv.QUOTE_ALL if self.guillemets else csv.QUOTE_MINIMAL,
            lineterminator="\n",
        )
        ecrivain.writerow([_MILLESIME.sub(annee, c.nom) if annee else c.nom for c in self.colonnes])
        ecrivain.writerows(self._valeurs(chain(premieres, suite), _TELS_QUELS))
        return (_MARQUE if self.marque else b"") + sortie.getvalue().encode(self.encodage)

    def enregistrements(self, lignes: Iterable[Faits], *, en_json: bool = False) -> Iterator[dict[str, Any]]:
        """Yield {column: value} for each row, as ``csv`` or JSON writes it. Raises ``ValueError`` for a fact that has
        no column."""
        noms = [colonne.nom for colonne in self.colonnes]
        valeurs = self._valeurs(lignes, _NATIFS if en_json else _TELS_QUELS)
        return (dict(zip(noms, ligne, strict=True)) for ligne in valeurs)

    def _valeurs(self, lignes: Iterable[Faits], gardes: frozenset[type]) -> Iterator[list[Any]]:
        de_l_entete = {a for a, champ in self.source.champs.items() if champ.depuis_colonne}
        cles = IDENTITE | de_l_entete | {colonne.cle for colonne in self.colonnes}
        ecrire = [(colonne.cle, colonne.texte) for colonne in self.colonnes]
        for faits in lignes:
            if not cles.issuperset(faits):
                raise ValueError(f"facts out of the layout: {sorted(faits.keys() - cles)}")
            yield [v if type(v := faits.get(cle)) in gardes else texte(v) for cle, texte in ecrire]


@cache
def gabarit(nom: str, membre: str = "", entete: tuple[str, ...] = ()) -> Gabarit:
    """Return the layout of a source, or of a csv inside its zip. ``entete``: columns of a file without header."""
    source = registre.source(nom)
    exemple = registre.exemple(source)
    if membre:
        with zipfile.ZipFile(exemple) as archive:
            return _depuis(source, archive.read(membre))
    if exemple.suffix == ".csv" and not entete:
        return _depuis(source, exemple.read_bytes())
    return Gabarit(source, tuple(_colonne(source, colonne, set()) for colonne in entete or source.colonnes))


def _depuis(source: Source, exemple: bytes) -> Gabarit:
    brut = exemple.removeprefix(_MARQUE)
    try:
        texte, encodage = brut.decode(), "utf-8"
    except UnicodeDecodeError:
        texte, encodage = brut.decode("latin-1"), "latin-1"
    separateur = max(";,", key=texte.partition("\n")[0].count)
    entete, *lignes = csv.reader(io.StringIO(texte), delimiter=separateur)
    colonnes = tuple(_colonne(source, nom, set(vues)) for nom, *vues in zip(entete, *lignes, strict=False))
    return Gabarit(source, colonnes, separateur, encodage, exemple.startswith(_MARQUE), texte.startswith('"'))


def _colonne(source: Source, nom: str, vues: set[str]) -> Colonne:
    usuel = _MILLESIME.sub("AAAA", nom.strip())
    cle = source.colonnes.get(usuel) or source.colonnes.get(usuel.replace(" AAAA", "")) or nom
    return Colonne(nom, cle, source.champs.get(cle), next((mots for mots in _OUI_NON if vues & {*mots}), _OUI_NON[-1]))


def faits_de(recit: Any, *sans: str) -> dict[str, Any]:
    """Facts of a story whose fields have the names of the declaration. ``sans``: fields that are no column."""
    return {champ.name: getattr(recit, champ.name) for champ in fields(recit) if champ.name not in sans}


def ecrire(chemin: Path, octets: bytes) -> Path:
    """Write a file atomically."""
    provisoire = chemin.with_name(f"{chemin.name}.part")
    provisoire.write_bytes(octets)
    provisoire.replace(chemin)
    return chemin


def en_json(valeur: Any) -> bytes:
    return json.dumps(valeur, ensure_ascii=False).encode()


def en_objets(nom: str, lignes: Iterable[Faits]) -> list[dict[str, Any]]:
    """Return the rows of a source as JSON objects."""
    return list(gabarit(nom).enregistrements(lignes, en_json=True))


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
