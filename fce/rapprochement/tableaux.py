"""From a pasted text or a file (CSV, XLSX) to rows. Files are read in a child process with limits.

Columns are recognised by their names, in any order; without any, a column of numbers, or one name per line.
"""

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import structlog

from fce.rapprochement.contenu import LigneARapprocher, lire_cellule
from fce.rapprochement.numeros import lire_colles, lire_numero
from fce.socle.erreurs import ParametreInvalide
from fce.socle.formats import nombre
from fce.socle.processus_borne import BornesDuFils, FilsArrete, RefusDuFils, executer
from fce.socle.texte import plier
from fce.sources.lecture import enfant

LIGNES_D_UN_TABLEAU: Final = 50_000
OCTETS_D_UN_TABLEAU: Final = 10 << 20
BORNES: Final = BornesDuFils(memoire=512, processeur=30, duree=60.0)
CELLULE_GARDEE: Final = 1_000
"""Characters kept of a cell for the file given back."""
SIGNES_D_UN_TABLEAU: Final = 20_000_000
"""Characters of all the cells kept; a workbook of a few kilobytes may cite one text from a million cells."""
_LOT: Final = 2_000
_CELLULES_MAX: Final = 200
"""Columns of a row: the others are ignored."""
_ESSAI: Final = 50
"""First lines of a text without header that tell whether it holds numbers."""
COLONNES: Final[dict[str, tuple[str, ...]]] = {
    "numero": ("siret", "siren", "siren ou siret", "numero siret", "numero siren", "n siret", "n siren", "numero"),
    "nom": (
        "nom", "raison sociale", "denomination", "denomination sociale", "enseigne", "entreprise", "societe",
        "nom entreprise", "nom de l entreprise", "nom usuel", "etablissement", "employeur", "nom ou raison sociale",
    ),
    "code_postal": ("code postal", "cp", "codepostal", "code postal siege"),
    "commune": ("commune", "ville", "localite", "libelle commune", "nom commune"),
    "naf": ("naf", "ape", "code naf", "code ape", "activite principale"),
}  # fmt: skip
"""{attribute of a row: folded names of the columns read for it, preferred first}."""
log = structlog.get_logger(__name__)


class TableauIllisible(ParametreInvalide):
    """No row can be read from what was pasted or sent."""


def lire_texte(texte: str) -> list[LigneARapprocher]:
    """Read a pasted text. Raises TableauIllisible."""
    return _verifier(_lignes(_cellules(texte), texte))


def lire_fichier(chemin: Path) -> list[LigneARapprocher]:
    """Read a CSV file or a workbook, by its first bytes. Raises TableauIllisible."""
    lues: list[LigneARapprocher] = []
    try:
        for dites, _ in executer(_lire_ici, str(chemin), bornes=BORNES, preparer=enfant.preparer):
            lues += [LigneARapprocher(*dite) for dite in dites]
    except RefusDuFils as refus:
        raise TableauIllisible(refus.message) from None
    except FilsArrete as limite:
        log.warning("tableau_arrete", motif=limite.motif, detail=limite.detail)
        raise TableauIllisible("Ce fichier est trop long à lire, ou abîmé : enregistrez-le en CSV.") from limite
    return _verifier(lues)


def _verifier(lignes: list[LigneARapprocher]) -> list[LigneARapprocher]:
    if not lignes:
        raise TableauIllisible("Aucune ligne à reconnaître : collez des numéros, ou un tableau avec ses titres.")
    if len(lignes) > LIGNES_D_UN_TABLEAU:
        raise TableauIllisible(f"{nombre(LIGNES_D_UN_TABLEAU)} lignes au plus à la fois : partagez le tableau.")
    return lignes


def _lire_ici(chemin: str) -> Iterator[tuple[list[list[str]], bytes]]:
    """In the child process: rows as lists of their five texts, by lots."""
    from fce.sources.lecture.classeur import lignes_xlsx
    from fce.sources.lecture.ouverture import genre

    fichier = Path(chemin)
    if genre(fichier) == "zip":
        rangees = _borner(_du_classeur(lignes_xlsx(fichier, ())))
        lignes = _lignes(rangees, "")
    else:
        texte = _decoder(fichier.read_bytes())
        lignes = _lignes(_borner(_cellules(texte)), texte)
    for debut in range(0, min(len(lignes), LIGNES_D_UN_TABLEAU + 1), _LOT):
        yield [[x.nom, x.numero, x.code_postal, x.commune, x.naf] for x in lignes[debut : debut + _LOT]], b""


def _borner(rangees: Iterable[list[str]]) -> Iterator[list[str]]:
    """Cut rows and cells. Raises TableauIllisible beyond ``SIGNES_D_UN_TABLEAU``."""
    signes = 0
    for cellules in rangees:
        coupees = [cellule[:CELLULE_GARDEE] for cellule in cellules[:_CELLULES_MAX]]
        signes += sum(map(len, coupees))
        if signes > SIGNES_D_UN_TABLEAU:
            raise TableauIllisible(
                f"Ce tableau a plus de {SIGNES_D_UN_TABLEAU // 10**6} millions de signes : "
                "gardez-en les colonnes utiles, ou partagez-le."
            )
        yield coupees


def _du_classeur(lues: Iterable[tuple[Any, Mapping[str, Any]]]) -> Iterator[list[str]]:
    premiere = True
    for _, cellules in lues:
        if premiere:
            yield [*cellules]
            premiere = False
        yield ["" if v is None else str(v) for v in cellules.values()]


def _decoder(octets: bytes) -> str:
    for codage in ("utf-8-sig", "cp1252"):
        try:
            return octets.decode(codage)
        except UnicodeDecodeError:
            continue
    raise TableauIllisible("Ce fichier n’est pas un texte : enregistrez-le en CSV UTF-8.")


def _cellules(texte: str) -> Iterator[list[str]]:
    """Cells of a delimited text, by the separator that its first line holds most."""
    texte = texte.replace("\0", "")
    premiere = next((ligne for ligne in texte.splitlines() if ligne.strip()), "")
    separateur = max(";\t,|", key=premiere.count)
    try:
        yield from csv.reader(texte.splitlines(), delimiter=separateur)
    except csv.Error:
        raise TableauIllisible("Une ligne de ce tableau est illisible : enregistrez-le en CSV UTF-8.") from None


def _lignes(rangees: Iterator[list[str]], texte: str) -> list[LigneARapprocher]:
    """Rows of a table; of a text without header, numbers or names."""
    premiere = next((cellules for cellules in rangees if any(c.strip() for c in cellules)), [])
    places = _reconnaitre(premiere)
    if places:
        if "nom" not in places and "numero" not in places:
            lus = ", ".join(f"« {c.strip()[:30]} »" for c in premiere[:8] if c.strip())
            raise TableauIllisible(
                f"Aucune colonne de noms ni de numéros parmi {lus} : nommez-en une « nom », « siret » ou « siren »."
            )
        return [
            ligne
            for cellules in itertools.islice(rangees, LIGNES_D_UN_TABLEAU + 1)
            if (ligne := _ligne(cellules, places))
        ]
    if not texte:
        texte = "\n".join("\t".join(cellules) for cellules in itertools.chain([premiere], rangees))
    return _sans_titres(texte)


def _sans_titres(texte: str) -> list[LigneARapprocher]:
    ecrites = [ligne.strip() for ligne in texte.splitlines() if plier(ligne)]
    debut = ecrites[:_ESSAI]
    if sum(any(lu.numero for lu in lire_colles(ligne)) for ligne in debut) * 2 >= len(debut):
        lus = lire_colles("\n".join(ecrites[: LIGNES_D_UN_TABLEAU + 1]))
        return [LigneARapprocher(numero=lu.ecrit) for lu in lus[: LIGNES_D_UN_TABLEAU + 1] if plier(lu.ecrit)]
    return [LigneARapprocher(nom=lire_cellule(ligne)) for ligne in ecrites[: LIGNES_D_UN_TABLEAU + 1]]


def _reconnaitre(titres: Sequence[str]) -> dict[str, list[int]]:
    """{attribute: ranks of its columns, preferred first}; empty when the first row is no header."""
    if any(lire_numero(titre).numero for titre in titres[:_CELLULES_MAX]):
        return {}
    plies = [plier(titre) for titre in titres[:_CELLULES_MAX]]
    return {
        attribut: rangs
        for attribut, noms in COLONNES.items()
        if (rangs := [plies.index(nom) for nom in noms if nom in plies])
    }


def _ligne(cellules: Sequence[str], places: Mapping[str, Sequence[int]]) -> LigneARapprocher | None:
    def lire(attribut: str) -> str:
        textes = (cellules[rang] for rang in places.get(attribut, ()) if rang < len(cellules))
        return next((lu for texte in textes if (lu := lire_cellule(texte))), "")

    lue = LigneARapprocher(lire("nom"), lire("numero"), lire("code_postal"), lire("commune"), lire("naf"))
    return lue if lue.nom or lue.numero else None
