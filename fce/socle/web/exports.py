"""CSV and XLSX writers: a cell is text, a number or a date, never a formula (CWE-1236); identifiers keep their leading
zeros."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from xlsxwriter.format import Format

from fce.socle.texte.formats import jour

Cellule = str | int | float | Decimal | bool | dt.date | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIGNES_MAX_XLSX = 1_048_575  # a sheet has 1 048 576 rows, one is the header
_LONGUEUR_MAX_CELLULE = 32_767
_INVISIBLES = (
    r"\s\x00-\x20\x7f-\xa0\xad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3000\ufe00-\ufe0f\ufeff"
)
"""Characters that a spreadsheet skips or does not show before the first character of a cell."""
_FORMULE = re.compile(rf"[\t\r\n]|[{_INVISIBLES}]*[=+\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−⩵⩶﬩]")
"""Beginning of a formula: the ASCII signs and the full-width or small variants that spreadsheets fold into them."""
# Excel dates start in 1900.
_PREMIERE_ANNEE_XLSX = 1900
# A date wider than its column shows as "########". 1 023 columns are more than any data set has.
_LARGEUR, _DERNIERE_COLONNE = 12, 1_023
_FORMAT_JOUR, _FORMAT_INSTANT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"


@dataclass(frozen=True)
class Feuille:
    """One sheet of a workbook: name (at most 31 characters), header, rows."""

    nom: str
    entetes: Sequence[str]
    lignes: Iterable[Sequence[Cellule]]
    largeurs: Sequence[int] = ()


def neutraliser(texte: str) -> str:
    """Prefix with an apostrophe a text that a spreadsheet would take for a formula (``= + - @`` in any width)."""
    return f"'{texte}" if _FORMULE.match(texte) else texte


def telecharger_csv(nom: str, contenu: Iterable[bytes]) -> StreamingHttpResponse:
    """Send a CSV file as it is written, to be kept under this name."""
    return StreamingHttpResponse(
        contenu,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, nom) or "attachment"},
    )


def lignes_csv(entetes: Sequence[str], lignes: Iterable[Sequence[Cellule]], paquet: int = 500) -> Iterator[bytes]:
    """Yield a CSV file by blocks: UTF-8 with BOM and ``;``, which French spreadsheets open directly."""
    tampon = io.StringIO()
    redacteur = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    tampon.write("\ufeff")
    redacteur.writerow([neutraliser(entete) for entete in entetes])
    for n, ligne in enumerate(lignes, start=1):
        redacteur.writerow([_texte_csv(cellule) for cellule in ligne])
        if n % paquet == 0:
            yield _vider(tampon)
    yield _vider(tampon)


def ecrire_xlsx(chemin: Path, feuilles: Iterable[Feuille]) -> int:
    """Write a workbook in constant memory; return the number of data rows.

    Dates are shown jj/mm/aaaa; instants keep the hour of their own time zone. A sheet stops at ``LIGNES_MAX_XLSX``
    rows: the caller tells the reader.
    """
    total = 0
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(str(chemin), options) as classeur:
        gras = classeur.add_format({"bold": True})
        jours = classeur.add_format({"num_format": _FORMAT_JOUR})
        instants = classeur.add_format({"num_format": _FORMAT_INSTANT})
        for feuille in feuilles:
            page = classeur.add_worksheet(feuille.nom[:31])
            for colonne, largeur in enumerate(feuille.largeurs):
                page.set_column(colonne, colonne, largeur)
            page.set_column(len(feuille.largeurs), _DERNIERE_COLONNE, _LARGEUR)
            page.freeze_panes(1, 0)
            for colonne, entete in enumerate(feuille.entetes):
                page.write_string(0, colonne, entete, gras)
            for rang, ligne in enumerate(feuille.lignes, start=1):
                if rang > LIGNES_MAX_XLSX:
                    break
                _ecrire_ligne(page, rang, ligne, jours, instants)
                total += 1
    return total


def _ecrire_ligne(
    page: "xlsxwriter.worksheet.Worksheet", rang: int, ligne: Sequence[Cellule], jours: Format, instants: Format
) -> None:
    for colonne, cellule in enumerate(ligne):
        match cellule:
            case None | "":
                continue
            case bool():
                page.write_string(rang, colonne, _oui_non(cellule))
            case int() | float() | Decimal():
                page.write_number(rang, colonne, float(cellule))
            case dt.datetime() if cellule.year >= _PREMIERE_ANNEE_XLSX:
                page.write_datetime(rang, colonne, cellule, instants)
            case dt.date() if cellule.year >= _PREMIERE_ANNEE_XLSX:
                page.write_datetime(rang, colonne, cellule, jours)
            case dt.date():
                page.write_string(rang, colonne, jour(cellule))
            case _:
                page.write_string(rang, colonne, cellule[:_LONGUEUR_MAX_CELLULE])


def _texte_csv(cellule: Cellule) -> str:
    match cellule:
        case None:
            return ""
        case str():
            # First, because most cells are texts and a file may have billions of them.
            return neutraliser(cellule)
        case bool():
            return _oui_non(cellule)
        case int():
            return str(cellule)
        case float() | Decimal():
            return f"{cellule}".replace(".", ",")
        case _:
            return jour(cellule)


def _oui_non(valeur: bool) -> str:
    return "oui" if valeur else "non"


def _vider(tampon: io.StringIO) -> bytes:
    contenu = tampon.getvalue().encode("utf-8", "replace")
    tampon.seek(0)
    tampon.truncate()
    return contenu
