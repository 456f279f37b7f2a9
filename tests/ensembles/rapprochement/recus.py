"""Thirty tables as services send them: what an agent would say that each holds, line by line.

Written before the reader, from the shapes of exports of inspections, customs, chambers, tax offices and of hand-made
workbooks. Every company is invented. A line is (line of the sheet, number, name, postal code, commune).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import openpyxl
import xlsxwriter

from fce.socle.texte.identifiants import tva_intracommunautaire
from tests.donnees.entreprises.fabrique import siren_no, siren_valide, siret_no

Ligne = tuple[int, str, str, str, str]
A, B, C = (siret_no(siren_no(n)) for n in (11, 12, 13))
ZERO: Final = siret_no(next(n for c in "0123456789" if siren_valide(n := f"01234567{c}")))
NORD, PAIN, FRET, AIN = "LAMINOIRS FICTIFS", "BOULANGERIE INVENTEE", "TRANSPORTS IMAGINAIRES", "ZERO ET COMPAGNIE"
L1, L2, L3 = (A, NORD, "59000", "LILLE"), (B, PAIN, "59100", "ROUBAIX"), (C, FRET, "69003", "LYON")
L4 = (ZERO, AIN, "01000", "BOURG EN BRESSE")
TROIS: Final = (L1, L2, L3)
TITRES: Final = ("SIRET", "Raison sociale", "CP", "Ville")


class Recu(NamedTuple):
    """``feuille``, ``entete``: what the page must say that it read (name of the sheet, header line, 0 for none)."""

    nom: str
    octets: bytes
    attendues: list[Ligne]
    feuille: str = ""
    entete: int = 1


def texte(rangees: Sequence[Sequence[object]], entre: str = ";", codage: str = "utf-8", guillemets: int = 0) -> bytes:
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=entre, quoting=guillemets, lineterminator="\r\n").writerows(rangees)
    return sortie.getvalue().encode(codage)


def classeur(*feuilles: tuple[str, Sequence[Sequence[Any]]], faire: Callable[[Any], None] | None = None) -> bytes:
    livre = openpyxl.Workbook()
    livre.remove(livre.active)
    for nom, rangees in feuilles:
        page = livre.create_sheet(nom)
        for rangee in rangees:
            page.append(list(rangee))
    if faire:
        faire(livre)
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def lues(debut: int, *lignes: tuple[str, str, str, str]) -> list[Ligne]:
    return [(n, *ligne) for n, ligne in enumerate(lignes, debut)]


def espace(siret: str, signe: str) -> str:
    return signe.join((siret[:3], siret[3:6], siret[6:9], siret[9:]))


def faux(siret: str) -> str:
    return siret[:-1] + str((int(siret[-1]) + 1) % 10)


def _titre_fusionne() -> bytes:
    def fusionner(livre: Any) -> None:
        livre["Tournée"].merge_cells("A1:F1")
        livre["Codes"].sheet_state = "hidden"

    entete = ("N°", "Siret", "Dénomination", "CP", "Ville", "Commentaire agent")
    lignes = [(n, *ligne, "vu en 2024") for n, ligne in enumerate(TROIS, 1)]
    total = ("Total", "", "3 entreprises", "", "", "")
    return classeur(
        ("Lisez-moi", [("Tournée préparée par le service",), ("Ne pas diffuser",), ("Version du 12 octobre",)]),
        ("Tournée", [("TOURNÉE NORD 2026 – ÉTABLISSEMENTS À VISITER",), (), entete, *lignes, total]),
        ("Codes", [("Code postal", "Commune", "Nom"), *[(f"59{n:03d}", "LILLE", "x") for n in range(90)]]),
        faire=fusionner,
    )


def _formules() -> bytes:
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"in_memory": True}) as livre:
        page = livre.add_worksheet("Extraction")
        for colonne, titre in enumerate(TITRES):
            page.write_string(0, colonne, titre)
        for rang, (siret, nom, cp, ville) in enumerate(TROIS, 1):
            page.write_formula(rang, 0, f'=CONCATENATE("{siret[:9]}","{siret[9:]}")', None, siret)
            page.write_formula(rang, 1, f'=UPPER("{nom.lower()}")', None, nom)
            page.write_number(rang, 2, int(cp))
            page.write_string(rang, 3, ville)
    return sortie.getvalue()


def _dates() -> bytes:
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"in_memory": True}) as livre:
        page, jour = livre.add_worksheet("Contrôles"), livre.add_format({"num_format": "dd/mm/yyyy"})
        siret_court = livre.add_format({"num_format": "000 000 000 00000"})
        for colonne, titre in enumerate(
            ("Date de visite", "SIRET", "Nom de l'établissement", "Code postal", "Commune")
        ):
            page.write_string(0, colonne, titre)
        for rang, (siret, nom, cp, ville) in enumerate((L1, L4), 1):
            page.write_datetime(rang, 0, dt.datetime(2026, 3, 15), jour)
            page.write_number(rang, 1, int(siret), siret_court)
            page.write_string(rang, 2, nom)
            page.write_number(rang, 3, int(cp))
            page.write_string(rang, 4, ville)
    return sortie.getvalue()


def _decalee() -> bytes:
    def ecrire(livre: Any) -> None:
        page = livre["Feuil1"]
        page["C2"] = "Direction régionale – unité inventée"
        for rang, rangee in enumerate((TITRES, *TROIS), 6):
            for colonne, valeur in enumerate(rangee, 3):
                page.cell(rang, colonne, valeur)

    return classeur(("Feuil1", []), faire=ecrire)


ETAB: Final = (
    "N° SIRET de l'établissement", "Nom de l'établissement", "Code postal de l'établissement",
    "Commune de l'établissement", "Nom du contact", "Téléphone",
)  # fmt: skip
CCI: Final = ("Nom du dirigeant", "Prénom du dirigeant", "Nom ou raison sociale", "Identifiant SIRET principal",
              "Libellé NAF", "Code commune", "Bureau distributeur", "Code postal")  # fmt: skip
TI: Final = ("DEPT", "SIRET_ETAB", "LIB_ENTREP", "CODE_POSTAL_ETAB", "LIB_COM", "APE700", "EFF_3112")
RECUS: Final = (
    Recu("csv à points-virgules, avec marque", texte((TITRES, *TROIS), codage="utf-8-sig"), lues(2, *TROIS)),
    Recu(
        "csv d’un tableur ancien, latin-1",
        texte((("Siret", "Dénomination", "Code postal", "Localité"), *TROIS), codage="cp1252"),
        lues(2, *TROIS),
    ),
    Recu("texte Unicode d’Excel : UTF-16 à tabulations", texte((TITRES, *TROIS), "\t", "utf-16"), lues(2, *TROIS)),
    Recu("UTF-16 gros-boutiste", b"\xfe\xff" + texte((TITRES, *TROIS), ";", "utf-16-be"), lues(2, *TROIS)),
    Recu("UTF-16 sans marque", texte((TITRES, *TROIS), ";", "utf-16-le"), lues(2, *TROIS)),
    Recu("page de garde, titre fusionné, total, feuille cachée", _titre_fusionne(), lues(4, *TROIS), "Tournée", 3),
    Recu(
        "titres en toutes lettres, contact à côté",
        classeur(("Etab", [ETAB, *[(*ligne, "Mme Inventée", "0300000000") for ligne in TROIS]])),
        lues(2, *TROIS), "Etab",
    ),
    Recu(
        "numéros en nombres, le zéro du début perdu",
        classeur(("Feuil1", [TITRES, *[(int(siret), nom, int(cp), ville) for siret, nom, cp, ville in (L4, L1)]])),
        [(2, ZERO, AIN, "1000", "BOURG EN BRESSE"), (3, *L1)], "Feuil1",
    ),
    Recu(
        "numéros arrondis par le tableur",
        texte((TITRES, (f"{A[0]},{A[1:6]}E+13", *L1[1:]), (f"{B[0]},{B[1:6]}E+13", *L2[1:]))),
        lues(2, ("", *L1[1:]), ("", *L2[1:])),
    ),
    Recu(
        "numéros en virgule flottante entiers",
        texte((TITRES, (f"{A}.0", *L1[1:]), (f"{float(int(B)):.13E}", *L2[1:]), (f"{C},00", *L3[1:]))),
        lues(2, *TROIS),
    ),
    Recu(
        "espaces, insécables, points, apostrophe",
        texte((TITRES, (espace(A, " "), *L1[1:]), (espace(B, "\xa0"), *L2[1:]), (espace(C, "\u202f"), *L3[1:]),
               ("'" + A, *L1[1:]), (espace(B, "."), *L2[1:]))),
        lues(2, *TROIS, L1, L2),
    ),
    Recu(
        "copié d’une page, tabulations",
        texte((("N° Siret", "Enseigne", "CP", "Commune"), *TROIS), "\t"),
        lues(2, *TROIS),
    ),
    Recu(
        "SIREN et NIC en deux colonnes",
        classeur(("Liste", [("SIREN", "NIC", "Nom", "Code postal", "Ville"),
                            *[(siret[:9], int(siret[9:]), *reste) for siret, *reste in TROIS]])),
        lues(2, *TROIS), "Liste",
    ),
    Recu("sans titres", texte(TROIS), lues(1, *TROIS), entete=0),
    Recu(
        "noms seuls, à virgules",
        "Dupont, fils et compagnie\nLaminoirs fictifs\n\nBoulangerie inventée\n".encode(),
        [(1, "", "Dupont, fils et compagnie", "", ""), (2, "", "Laminoirs fictifs", "", ""),
         (4, "", "Boulangerie inventée", "", "")], entete=0,
    ),
    Recu(
        "titres sur deux lignes dans la cellule",
        classeur(("Suivi", [("N° SIRET\n(14 chiffres)", "Entreprise\n", "Code\npostal", "Ville"), *TROIS])),
        lues(2, *TROIS), "Suivi",
    ),
    Recu(
        "douane : EORI, code postal et ville ensemble",
        texte((("N° EORI", "Opérateur économique", "CP Ville"),
               *[(f"FR{siret}", nom, f"{cp} {ville}") for siret, nom, cp, ville in TROIS])),
        [(n, siret, nom, "", f"{cp} {ville}") for n, (siret, nom, cp, ville) in enumerate(TROIS, 2)],
    ),
    Recu(
        "impôts : numéro de TVA",
        texte((("N° TVA intracommunautaire", "Redevable", "Montant TVA", "CP", "Ville"),
               *[(tva_intracommunautaire(siret[:9]), nom, "1 250,00", cp, ville) for siret, nom, cp, ville in TROIS])),
        [(n, siret[:9], *reste) for n, (siret, *reste) in enumerate(TROIS, 2)],
    ),
    Recu(
        "chambre : dirigeant avant l’entreprise, code Insee",
        texte((CCI, *[("INVENTE", "Zélie", nom, siret, "Commerce de détail", "59350", ville, cp)
                      for siret, nom, cp, ville in TROIS]), ";", "cp1252"),
        lues(2, *TROIS),
    ),
    Recu(
        "sous-totaux, lignes vides, total",
        classeur(("Janvier", [TITRES, L1, ("Sous-total Nord", "", "", ""), (), L2, L3, (), ("TOTAL GÉNÉRAL : 3",)])),
        [(2, *L1), (5, *L2), (6, *L3)], "Janvier",
    ),
    Recu(
        "formules, codes postaux en nombres", _formules(), lues(2, *TROIS), "Extraction",
    ),
    Recu("dates, format de nombre", _dates(), [(2, *L1), (3, ZERO, AIN, "1000", "BOURG EN BRESSE")], "Contrôles"),
    Recu(
        "titres répétés à chaque page imprimée",
        texte((TITRES, L1, TITRES, L2, ("Siret", *TITRES[1:]), L3)), [(2, *L1), (4, *L2), (6, *L3)],
    ),
    Recu(
        "deux rangs de titres",
        classeur(("Base", [("Identification", "", "Localisation", ""), TITRES, *TROIS])),
        lues(3, *TROIS), "Base", 2,
    ),
    Recu(
        "première feuille vide",
        classeur(("Feuil1", []), ("Feuil2", [TITRES, *TROIS]), ("Feuil3", [])), lues(2, *TROIS), "Feuil2",
    ),
    Recu("première ligne « sep=; »", b"sep=;\r\n" + texte((TITRES, *TROIS)), lues(3, *TROIS), entete=2),
    Recu(
        "guillemets, adresse sur deux lignes, virgules",
        texte((("Name", "Adresse", "SIRET number", "Postal", "Ville"),
               *[(nom, "1 rue\ndes Inventions", siret, cp, ville) for siret, nom, cp, ville in TROIS]), ",",
              guillemets=csv.QUOTE_ALL),
        lues(2, *TROIS),
    ),
    Recu(
        "extraction d’une base : barres et blancs",
        "\n".join([" siret          | nom_usuel        | code_postal | ville  ", "----------------+-----+----+---",
                   *[f" {siret} | {nom} | {cp} | {ville} " for siret, nom, cp, ville in TROIS], "(3 lignes)"]).encode(),
        lues(3, *TROIS),
    ),
    Recu("tableau qui commence au milieu de la feuille", _decalee(), lues(7, *TROIS), "Feuil1", 6),
    Recu(
        "application de l’État, titres en capitales, clés fausses",
        texte((TI, *[("59", siret, nom, cp, ville, "1071C", "12") for siret, nom, cp, ville in
                     ((faux(A), *L1[1:]), L2, (C[:-1], *L3[1:]))])),
        lues(2, ("", *L1[1:]), L2, ("", *L3[1:])),
    ),
)  # fmt: skip
