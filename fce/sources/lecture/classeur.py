"""Read the first sheet of an untrusted workbook (.xlsx, ECMA-376), or all of them, as texts, in bounded memory.

Sizes are checked from the zip directory, documents read by a ``Gardien``, cells and shared texts counted. An unreadable
cell sets its row aside.
"""

import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree.ElementTree import Element

from fce.socle.texte.pliage import lire_entier
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.archives import archive_zip
from fce.sources.lecture.balisage import Gardien, Interdit, elements
from fce.sources.lecture.lot import Illisible
from fce.sources.lecture.refus import refus

_FEUILLE, _TEXTES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_CLASSEUR, _STYLES = "xl/workbook.xml", "xl/styles.xml"
_LIENS, _LIEN = "xl/_rels/workbook.xml.rels", "Relationship"
_HORS_FORMAT: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_JOURS_PREDEFINIS: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Numbers of the built-in date formats (ECMA-376, part 1, 18.8.30)."""
_JOUR_ZERO: Final = datetime(1899, 12, 30)
TAILLE_FEUILLE = 512 << 20
TAILLE_TEXTES = 64 << 20
"""Decompressed bytes of the shared texts, which stay in memory."""
_TEXTES_MAX = 1_000_000
CELLULES_MAX = 8_000_000
"""Cells of a sheet; the largest official one (Egapro) has under four million."""
LIGNES_MAX, COLONNES_MAX = 1_048_576, 16_384
_CELLULE_MAX = 1 << 18
_BLOC = 1 << 20
_RANGS_DES_COLONNES: dict[str, int] = {}


def lignes_xlsx(chemin: Path, attendues: Sequence[str]) -> Iterator[LigneBrute]:
    """(line of the sheet, {column: text}); the first non-empty row is the header.

    Raises ImportRefuse when a column of ``attendues`` is missing, or when the file is not a workbook or is suspicious.
    """
    with archive_zip(chemin, membre_max=TAILLE_FEUILLE) as archive:
        textes = _textes_partages(chemin, archive)
        entete: dict[int, str] = {}
        for numero, cellules in _rangees(chemin, archive, _FEUILLE, textes):
            if entete:
                yield numero, {nom: cellules.get(rang) for rang, nom in entete.items()}
                continue
            entete = {rang: nom.strip() for rang, nom in cellules.items() if nom.strip()}
            if manquantes := [nom for nom in attendues if nom not in entete.values()]:
                raise refus(chemin, "colonnes", f"colonnes manquantes : {', '.join(manquantes)}.", ligne=numero)


def feuilles_xlsx(chemin: Path) -> Iterator[tuple[str, bool, Iterator[tuple[int, dict[int, str]]]]]:
    """(name, whether it is hidden, rows as (line, {column: text})) of each sheet, in order; a date is jj/mm/aaaa.

    The rows of a sheet are read before the next sheet is asked. Raises ImportRefuse.
    """
    with archive_zip(chemin, membre_max=TAILLE_FEUILLE) as archive:
        textes = _textes_partages(chemin, archive)
        liens = {e.get("Id"): e.get("Target", "") for e in _elements(chemin, archive, _LIENS, "Relationships", _LIEN)}
        jours = _styles_de_jour(chemin, archive)
        for feuille in _elements(chemin, archive, _CLASSEUR, "workbook", "sheet") or [Element("sheet", id="")]:
            cible = liens.get(next((v for cle, v in feuille.items() if cle.endswith("id")), ""), f"/{_FEUILLE}")
            membre = str(PurePosixPath("/xl") / cible)[1:]
            if "worksheets" in membre:
                rangees = _rangees(chemin, archive, membre, textes, jours)
                yield feuille.get("name", ""), feuille.get("state", "visible") != "visible", rangees


def _styles_de_jour(chemin: Path, archive: zipfile.ZipFile) -> frozenset[str]:
    """Ranks, as cells cite them, of the styles that show a number as a day."""
    jours = {str(n) for n in _JOURS_PREDEFINIS}
    for format_ in _elements(chemin, archive, _STYLES, "styleSheet", "numFmt"):
        if re.search(r"[dyja]", _HORS_FORMAT.sub("", format_.get("formatCode", "")), re.IGNORECASE):
            jours.add(format_.get("numFmtId", ""))
    styles = (style for tous in _elements(chemin, archive, _STYLES, "styleSheet", "cellXfs") for style in tous)
    return frozenset(str(rang) for rang, style in enumerate(styles) if style.get("numFmtId") in jours)


def _elements(chemin: Path, archive: zipfile.ZipFile, membre: str, racine: str, balise: str) -> list[Element]:
    """Each tag of this name; none when the document is absent."""
    if membre not in archive.namelist():
        return []
    with archive.open(membre) as flux:
        return [element for _, element, _ in elements(chemin, flux, {racine: balise})]


def _compter(chemin: Path, archive: zipfile.ZipFile, feuille: str) -> None:
    """Refuse a sheet with too many cells before parsing it; reading it also checks its CRC."""
    trouvees = 0
    with archive.open(feuille) as flux:
        while bloc := flux.read(_BLOC):
            trouvees += bloc.count(b"<c ") + bloc.count(b"<c>") + bloc.count(b"<c/")
            if trouvees > CELLULES_MAX:
                raise _trop_de_cellules(chemin)


def _trop_de_cellules(chemin: Path) -> Exception:
    return refus(chemin, "classeur", f"la feuille a plus de {CELLULES_MAX // 10**6} millions de cellules.")


def _textes_partages(chemin: Path, archive: zipfile.ZipFile) -> list[str]:
    partages = _Textes()
    if _TEXTES not in archive.namelist():
        return []
    if archive.getinfo(_TEXTES).file_size > TAILLE_TEXTES:
        raise refus(chemin, "classeur", "les textes du classeur sont démesurés ; il est suspect.")
    with archive.open(_TEXTES) as flux:
        for _ in partages.parcourir(chemin, flux):
            pass
    return partages.textes


def _rangees(
    chemin: Path, archive: zipfile.ZipFile, membre: str, textes: Sequence[str], jours: Collection[str] = ()
) -> Iterator[tuple[int, dict[int, str]]]:
    if membre not in archive.namelist():
        raise refus(chemin, "classeur", "la première feuille du classeur est absente.")
    _compter(chemin, archive, membre)
    feuille = _Feuille(textes, jours)
    with archive.open(membre) as flux:
        for _ in feuille.parcourir(chemin, flux):
            prets, feuille.prets = feuille.prets, []
            yield from prets


class _Cellules(Gardien):
    def __init__(self) -> None:
        super().__init__()
        self._morceaux: list[str] = []
        self._longueur = 0
        self._ecoute = False

    def texte(self, texte: str) -> None:
        # Keep one character more than the longest field, enough to reject it later.
        if self._ecoute and self._longueur < _CELLULE_MAX:
            self._morceaux.append(texte[:_CELLULE_MAX])
            self._longueur += len(texte)

    def _texte_fini(self) -> str:
        texte = "".join(self._morceaux)
        self._morceaux, self._longueur = [], 0
        return texte


class _Textes(_Cellules):
    """Skips the phonetic guides (``rPh``)."""

    def __init__(self) -> None:
        super().__init__()
        self.textes: list[str] = []
        self._guide = False

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        if self.profondeur == 1 and nom != "sst":
            raise Interdit("les textes du classeur n'en sont pas")
        if nom == "rPh":
            self._guide = True
        self._ecoute = nom == "t" and not self._guide

    def fermer(self, nom: str) -> None:
        self._ecoute = False
        if nom == "rPh":
            self._guide = False
        elif nom == "si":
            self.textes.append(self._texte_fini())
            if len(self.textes) > _TEXTES_MAX:
                raise Interdit("les textes du classeur sont trop nombreux")


class _Feuille(_Cellules):
    def __init__(self, textes: Sequence[str], jours: Collection[str] = ()) -> None:
        super().__init__()
        self.prets: list[tuple[int, dict[int, str]]] = []
        self._textes, self._jours, self._jour = textes, jours, False
        self._rangee: dict[int, str] | None = None
        self._numero = self._colonne = self._cellules = 0
        self._genre = ""

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        if self.profondeur == 1 and nom != "worksheet":
            raise Interdit("la première feuille du classeur n'en est pas une")
        if nom == "row":
            self._numero = _entre(attributs.get("r", ""), LIGNES_MAX) or self._numero + 1
            self._rangee, self._colonne = {}, 0
        elif nom == "c" and self._rangee is not None:
            self._ouvrir_cellule(self._rangee, attributs)
        self._ecoute = nom in ("v", "t") and self._rangee is not None

    def _ouvrir_cellule(self, rangee: dict[int, str], attributs: dict[str, str]) -> None:
        self._colonne += 1
        if (reference := attributs.get("r")) is not None:
            place = _colonne(reference)
            if place:
                self._colonne = place
            else:
                rangee[self._colonne] = Illisible(reference, "référence de cellule impossible")
        self._genre = attributs.get("t", "n")
        self._jour = attributs.get("s", "") in self._jours
        self._cellules += 1
        if self._cellules > CELLULES_MAX:
            raise Interdit(f"la feuille a plus de {CELLULES_MAX // 10**6} millions de cellules")
        if self._colonne > COLONNES_MAX:
            raise Interdit(f"une ligne de la feuille a plus de {COLONNES_MAX} colonnes")

    def fermer(self, nom: str) -> None:
        self._ecoute = False
        if self._rangee is None:
            return
        if nom == "c":
            brut = self._texte_fini()
            deja = isinstance(self._rangee.get(self._colonne), Illisible)
            if brut and not deja and (valeur := self._valeur(brut)):
                self._rangee[self._colonne] = valeur
        elif nom == "row":
            if self._rangee:
                self.prets.append((self._numero, self._rangee))
            self._rangee = None

    def _valeur(self, brut: str) -> str:
        match self._genre:
            case "s":
                if brut.isascii() and brut.strip().isdigit() and int(brut[:12]) < len(self._textes):
                    return self._textes[int(brut)]
                return Illisible(brut, "texte absent du classeur")
            case "e":
                return Illisible(brut, "erreur de calcul du tableur")
            case "n" if self._jour and (jour := _jour(brut)):
                return jour
            case "n":
                # Workbooks store whole numbers as floats: "2025.0" is the year 2025.
                return re.sub(r"\.0+$", "", brut)
        return brut


def _jour(brut: str) -> str:
    """The day, and the hour if any, of a number of days; "" when no day has it."""
    try:
        instant = _JOUR_ZERO + timedelta(days=round(float(brut), 8))
    except (ValueError, OverflowError):
        return ""
    return f"{instant:%d/%m/%Y %H:%M}".removesuffix(" 00:00")


def _entre(texte: str, maximum: int) -> int:
    nombre = lire_entier(texte, chiffres=8)
    return nombre if nombre <= maximum else 0


def _colonne(reference: str) -> int:
    """Column number of a cell: A1 → 1, AB7 → 28; 0 for an invalid reference."""
    lettres = reference.rstrip("0123456789")
    rang = _RANGS_DES_COLONNES.get(lettres, 0)
    if not rang and re.fullmatch(r"[A-Z]{1,3}", lettres) and lettres != reference:
        for lettre in lettres:
            rang = rang * 26 + ord(lettre) - 64
        rang = rang if rang <= COLONNES_MAX else 0
        _RANGS_DES_COLONNES[lettres] = rang
    return rang
