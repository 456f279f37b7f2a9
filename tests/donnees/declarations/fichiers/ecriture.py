"""Write a table as a delimited text or a workbook, always with the same bytes."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from tests.donnees.declarations.fichiers.attendu import Colonne
from tests.donnees.declarations.fichiers.inventes import Tire, Valeur

Table = Sequence[tuple[Colonne, Tire]]
GRAINE = 2026
JOUR_ZERO = (1980, 1, 1, 0, 0, 0)


def colonnes(table: Table) -> tuple[Colonne, ...]:
    return tuple(colonne for colonne, _ in table)


def rangees(table: Table, lignes: int) -> list[list[Valeur]]:
    alea = Random(GRAINE)
    return [[tire(alea, rang) for _, tire in table] for rang in range(lignes)]


def en_csv(
    table: Table,
    *,
    encodage: str = "utf-8",
    separateur: str = ";",
    fin: str = "\n",
    avant: Sequence[Sequence[str]] = (),
    apres: Sequence[Sequence[str]] = (),
    entete: Sequence[str] | None = None,
    lignes: int = 200,
) -> Callable[[Path], None]:
    """``avant`` and ``apres``: rows around the header and the data. ``entete``: when not the names of the columns."""

    def ecrire(chemin: Path) -> None:
        texte = io.StringIO(newline="")
        plume = csv.writer(texte, delimiter=separateur, lineterminator=fin)
        noms = entete if entete is not None else [c.nom for c in colonnes(table)]
        plume.writerows([*avant, noms, *rangees(table, lignes), *apres])
        # Encodings of one byte have no narrow space, and latin-1 no curved apostrophe.
        contenu = texte.getvalue()
        if not encodage.startswith("utf"):
            contenu = contenu.replace("\u202f", "\u00a0").replace("’", "'")
        # Not "utf-16": its order of bytes is that of the machine.
        marque, code = ("\ufeff", "utf-16-le") if encodage == "utf-16" else ("", encodage)
        chemin.write_bytes((marque + contenu).encode(code))

    return ecrire


def en_classeur(
    table: Table,
    *,
    feuille: str = "Données",
    avant: Sequence[Sequence[str]] = (),
    fusions: Sequence[tuple[int, int, int, str]] = (),
    feuilles_avant: Sequence[tuple[str, Sequence[Sequence[str]]]] = (),
    feuilles_apres: Sequence[tuple[str, Sequence[Sequence[str]]]] = (),
    total: Sequence[int] = (),
    lignes: int = 200,
) -> Callable[[Path], None]:
    """``fusions``: (row, first and last column, text), from 0. ``total``: columns summed by a formula at the end."""

    def ecrire(chemin: Path) -> None:
        classeur = xlsxwriter.Workbook(str(chemin), {"strings_to_formulas": False, "strings_to_urls": False})
        classeur.set_properties({"created": datetime.datetime(2026, 1, 1)})
        for nom, textes in feuilles_avant:
            _remplir(classeur, classeur.add_worksheet(nom), textes)
        page = classeur.add_worksheet(feuille)
        donnees = rangees(table, lignes)
        _remplir(classeur, page, [*avant, [c.nom for c in colonnes(table)], *donnees])
        for rang, gauche, droite, texte in fusions:
            page.merge_range(rang, gauche, rang, droite, texte)
        for rang in total:
            debut, fin, lettre = len(avant) + 2, len(avant) + 1 + lignes, chr(65 + rang)
            somme = sum(float(str(d[rang] or 0)) for d in donnees)
            page.write_formula(fin, rang, f"=SUM({lettre}{debut}:{lettre}{fin})", None, somme)
        for nom, textes in feuilles_apres:
            _remplir(classeur, classeur.add_worksheet(nom), textes)
        classeur.close()

    return ecrire


def _remplir(classeur: Any, page: Any, textes: Sequence[Sequence[Valeur]]) -> None:
    jours = classeur.add_format({"num_format": "dd/mm/yyyy"})
    for ligne, valeurs in enumerate(textes):
        for rang, valeur in enumerate(valeurs):
            if isinstance(valeur, datetime.date):
                page.write_datetime(ligne, rang, datetime.datetime.combine(valeur, datetime.time()), jours)
            elif valeur not in ("", None):
                page.write(ligne, rang, valeur)


def en_archive(chemin: Path, membres: Sequence[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in membres:
            archive.writestr(zipfile.ZipInfo(nom, JOUR_ZERO), octets, zipfile.ZIP_DEFLATED)
