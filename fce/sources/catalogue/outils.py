"""What the small readers of several folders share: open a delimited text safely, share out a number that is a SIREN or
a SIRET, name a licence. A folder that needs none of it reads its csv by declaration alone."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fce.socle.identifiants import siren_valide, siret_valide
from fce.sources.lecture.ouverture import blocs
from fce.sources.lecture.refus import refus

LICENCE_OUVERTE = "Licence Ouverte 2.0 (Etalab)"
RESTREINTE = "Diffusion restreinte aux administrations habilitées"
ECHANGE = "code des relations entre le public et l'administration, art. L. 114-8"

Ligne = tuple[int, Mapping[str, str | None]]


class _Flux(io.RawIOBase):
    """Bytes of a plain, gzipped or zipped text, as ``blocs`` guards and hands them out."""

    def __init__(self, chemin: Path) -> None:
        self._blocs = blocs(chemin)
        self._reste = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: Any) -> int:
        while not self._reste:
            bloc = next(self._blocs, None)
            if bloc is None:
                return 0
            self._reste = memoryview(bloc[0])
        lus = min(len(tampon), len(self._reste))
        tampon[:lus] = self._reste[:lus]
        self._reste = self._reste[lus:]
        return lus


def lignes_csv(
    chemin: Path, attendues: Sequence[str], *, separateur: str = ";", encodage: str = "utf-8-sig"
) -> Iterator[Ligne]:
    """(line, {column: text}) of a csv with a header. Raises ``ImportRefuse`` when a column of ``attendues`` is missing,
    when the text is not in ``encodage`` or not a csv.

    A row that has not as many cells as the header is given empty: shifted values would be wrong ones, and an empty row
    goes to quarantine.
    """
    with io.TextIOWrapper(io.BufferedReader(_Flux(chemin)), encoding=encodage, newline="") as texte:
        yield from lignes_de(chemin, texte, attendues, separateur)


def lignes_de(chemin: Path, texte: io.TextIOBase, attendues: Sequence[str], separateur: str) -> Iterator[Ligne]:
    """The same, from a text already opened (a member of an archive)."""
    lecteur = csv.reader(texte, delimiter=separateur)
    try:
        entete = [nom.strip() for nom in next(lecteur, [])]
        manquantes = [nom for nom in attendues if nom not in entete]
        if manquantes:
            raise refus(chemin, "colonnes", f"colonnes manquantes : {', '.join(manquantes)}.", ligne=1)
        for cellules in lecteur:
            if not any(cellules):
                continue
            entier = len(cellules) == len(entete)
            yield lecteur.line_num, dict(zip(entete, cellules, strict=True)) if entier else {}
    except UnicodeDecodeError as erreur:
        raise refus(chemin, "encodage", "il n'est pas dans l'encodage attendu.") from erreur
    except csv.Error as erreur:
        raise refus(chemin, "csv", "ce n'est pas un fichier CSV lisible.", ligne=lecteur.line_num) from erreur


def siren_ou_rien(numero: str | None) -> str | None:
    """The SIREN, or None when it is not one: for the numbers of other units that a row names."""
    siren, siret = partager(numero)
    return siren if siren and not siret and siren_valide(siren) else None


def siret_ou_rien(numero: str | None) -> str | None:
    """The same for a SIRET."""
    _, siret = partager(numero)
    return siret if siret and siret_valide(siret) else None


def partager(numero: str | None) -> tuple[str | None, str | None]:
    """(SIREN, SIRET) of a number that may be either: 9 digits give (SIREN, None), 14 give both, anything else none.

    Spaces, dots and a French VAT prefix are tolerated: producers let people type these numbers.
    """
    chiffres = re.sub(r"[\s. ]", "", numero or "")
    if re.fullmatch(r"FR[0-9A-Z]{2}[0-9]{9}", chiffres):
        chiffres = chiffres[4:]
    if re.fullmatch(r"[0-9]{14}", chiffres):
        return chiffres[:9], chiffres
    if re.fullmatch(r"[0-9]{9}", chiffres):
        return chiffres, None
    return None, None
