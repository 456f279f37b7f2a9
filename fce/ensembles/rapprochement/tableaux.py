"""From a pasted text or a file (CSV, XLSX) to sheets of cells. Files are read in a child process with limits."""

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import structlog

from fce.ensembles.rapprochement.contenu import FeuilleDeTableau
from fce.ensembles.rapprochement.numeros import lire_colles
from fce.ensembles.rapprochement.reconnaissance import LectureDeTableau, proposer_une
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import nombre
from fce.socle.texte.pliage import plier
from fce.socle.travaux.processus_borne import BornesDuFils, FilsArrete, RefusDuFils, executer
from fce.sources.lecture import enfant

LIGNES_D_UN_TABLEAU: Final = 50_000
LIGNES_LUES: Final = LIGNES_D_UN_TABLEAU + 100
"""Lines read of a sheet: those of a table, its titles and its totals."""
OCTETS_D_UN_TABLEAU: Final = 10 << 20
BORNES: Final = BornesDuFils(memoire=512, processeur=30, duree=60.0)
CELLULE_GARDEE, COLONNES_GARDEES = 1_000, 100
"""Characters of a cell, and columns, kept for the file given back; the others are not read."""
SIGNES_D_UN_TABLEAU: Final = 20_000_000
"""Characters of all the cells kept, a cell counting for one at least; a workbook of a few kilobytes may cite one text
from a million cells."""
RIEN: Final = "Aucune ligne à reconnaître : collez des numéros, ou un tableau avec ses titres."
TROP_DE_LIGNES: Final = f"{nombre(LIGNES_D_UN_TABLEAU)} lignes au plus à la fois : partagez le tableau."
_FEUILLES_MAX: Final = 30
_LOT: Final = 2_000
_ESSAI: Final = 50
"""First lines of a text that tell its separator, and whether it is but numbers."""
_Rangees = Iterable[tuple[int, list[str]]]
_Morceau = tuple[str | None, bool, list[tuple[int, list[str]]]]
"""The name of a sheet with its first rows, then no name with the next ones."""
log = structlog.get_logger(__name__)


class TableauIllisible(ParametreInvalide):
    """No row can be read from what was pasted or sent."""


def lire_texte(texte: str) -> list[FeuilleDeTableau]:
    """Read a pasted text. Raises TableauIllisible."""
    return _assembler(_borner([("", False, _du_texte(texte))]))


def lire_fichier(chemin: Path) -> list[FeuilleDeTableau]:
    """Read a CSV file or a workbook, by its first bytes: its sheets that are not empty. Raises TableauIllisible."""
    try:
        return _assembler(dit for dit, _ in executer(_du_fichier, str(chemin), bornes=BORNES, preparer=enfant.preparer))
    except RefusDuFils as refus:
        raise TableauIllisible(refus.message) from None
    except FilsArrete as limite:
        log.warning("tableau_arrete", motif=limite.motif, detail=limite.detail)
        raise TableauIllisible("Ce fichier est trop long à lire, ou abîmé : enregistrez-le en CSV.") from limite


def _assembler(morceaux: Iterable[_Morceau]) -> list[FeuilleDeTableau]:
    feuilles: list[FeuilleDeTableau] = []
    for nom, cachee, rangees in morceaux:
        if nom is not None:
            feuilles.append(FeuilleDeTableau(nom, cachee, []))
        feuilles[-1].rangees.extend((rang, cellules) for rang, cellules in rangees)
    gardees = [feuille for feuille in feuilles if feuille.rangees]
    if not gardees:
        raise TableauIllisible(RIEN)
    if all(len(feuille.rangees) >= LIGNES_LUES for feuille in gardees):
        raise TableauIllisible(TROP_DE_LIGNES)
    return gardees


def exiger_des_lignes(feuille: FeuilleDeTableau, lecture: LectureDeTableau, lignes: int) -> None:
    """Raise TableauIllisible unless a reading gives rows, and no more than one table may have."""
    if not lecture.cherche:
        raise TableauIllisible("Dites quelle colonne porte les noms, les SIRET ou les SIREN.")
    if not lignes:
        raise TableauIllisible(RIEN)
    if lignes > LIGNES_D_UN_TABLEAU or len(feuille.rangees) >= LIGNES_LUES:
        raise TableauIllisible(TROP_DE_LIGNES)


def _du_fichier(chemin: str) -> Iterator[tuple[_Morceau, bytes]]:
    """In the child process."""
    from fce.sources.lecture.classeur import feuilles_xlsx
    from fce.sources.lecture.ouverture import genre

    fichier = Path(chemin)
    if genre(fichier) == "zip":
        feuilles = ((nom, cachee, _du_classeur(rangees)) for nom, cachee, rangees in feuilles_xlsx(fichier))
        yield from ((morceau, b"") for morceau in _borner(itertools.islice(feuilles, _FEUILLES_MAX)))
    else:
        yield from ((morceau, b"") for morceau in _borner([("", False, _du_texte(_decoder(fichier.read_bytes())))]))


def _borner(feuilles: Iterable[tuple[str, bool, _Rangees]]) -> Iterator[_Morceau]:
    """Cut rows and cells, drop the empty ones. Raises TableauIllisible beyond ``SIGNES_D_UN_TABLEAU``."""
    signes = 0
    for nom, cachee, rangees in feuilles:
        lot: list[tuple[int, list[str]]] = []
        yield nom, cachee, lot
        for rang, cellules in itertools.islice(rangees, LIGNES_LUES):
            coupees = [cellule[:CELLULE_GARDEE].strip() for cellule in cellules[:COLONNES_GARDEES]]
            while coupees and not coupees[-1]:
                coupees.pop()
            signes += len(coupees) + sum(map(len, coupees))
            if signes > SIGNES_D_UN_TABLEAU:
                raise TableauIllisible(
                    f"Ce tableau a plus de {SIGNES_D_UN_TABLEAU // 10**6} millions de signes : "
                    "gardez-en les colonnes utiles, ou partagez-le."
                )
            if coupees:
                lot.append((rang, coupees))
            if len(lot) == _LOT:
                yield None, cachee, lot
                lot = []
        yield None, cachee, lot


def _du_classeur(rangees: Iterable[tuple[int, dict[int, str]]]) -> _Rangees:
    for rang, cellules in rangees:
        yield rang, [cellules.get(n) or "" for n in range(1, min(max(cellules), COLONNES_GARDEES) + 1)]


def _decoder(octets: bytes) -> str:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        codages = ["utf-16"]
    elif octets[:200].count(0) * 3 > len(octets[:200]):
        codages = ["utf-16-le" if octets[1:2] == b"\0" else "utf-16-be"]
    else:
        codages = ["utf-8-sig", "cp1252"]
    for codage in codages:
        try:
            return octets.decode(codage)
        except UnicodeDecodeError:
            continue
    raise TableauIllisible("Ce fichier n’est pas un texte : enregistrez-le en XLSX, ou en CSV UTF-8.")


def _du_texte(texte: str) -> _Rangees:
    """Rows of a text: a table by its separator, numbers however they are separated, or one name a line."""
    texte = texte.replace("\0", "")
    separees = [*enumerate(_separer(texte), 1)][: LIGNES_LUES + 1]
    essai = FeuilleDeTableau("", False, [(rang, cellules) for rang, cellules in separees if any(cellules)][:_ESSAI])
    lecture = proposer_une(essai, 0)
    if essai.largeur > 1 and lecture.entete:
        return separees
    ecrites = [(rang, ligne.strip()) for rang, ligne in enumerate(texte.splitlines(), 1) if plier(ligne)]
    debut = [lire_colles(ligne) for _, ligne in ecrites[:_ESSAI]]
    if sum(all(n.numero for n in numeros) for numeros in debut) * 2 >= len(debut) > 0:
        numeros = (n for _, ligne in ecrites[:LIGNES_LUES] for n in lire_colles(ligne))
        return ((rang, [n.ecrit]) for rang, n in enumerate((n for n in numeros if plier(n.ecrit)), 1))
    if essai.largeur > 1 and not {"siret", "siren", "code_postal"}.isdisjoint(lecture.colonnes):
        return separees
    return ((rang, [ligne]) for rang, ligne in ecrites)


def _separer(texte: str) -> Iterator[list[str]]:
    """Cells by the separator that most of the first lines hold as many times."""
    debut = [ligne for ligne in texte.splitlines()[:_ESSAI] if ligne.strip()]

    def accord(separateur: str) -> tuple[int, int]:
        fois = Counter(n for ligne in debut if (n := ligne.count(separateur)))
        return max(((lignes, n) for n, lignes in fois.items()), default=(0, 0))

    try:
        yield from csv.reader(io.StringIO(texte, newline=""), delimiter=max(";\t|,", key=accord))
    except csv.Error:
        raise TableauIllisible("Une ligne de ce tableau est illisible : enregistrez-le en CSV UTF-8.") from None
