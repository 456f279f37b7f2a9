"""NAF, catégories juridiques, tranches d'effectifs: from the published shapes to (code, parent, libellé) rows."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from scripts.referentiels.ecriture import propre

Lignes = list[tuple[str, ...]]

TRANCHES = "effectifs/tranche_effectif_salarie.csv"
CJ_NIVEAU_1 = "categories_juridiques/annuaire-categories-juridiques-niveau-1.json"
CJ_NIVEAU_2 = "categories_juridiques/annuaire-categories-juridiques-niveau-2.json"
CJ_NIVEAU_3 = "categories_juridiques/annuaire-categories-juridiques.json"
CJ_NIVEAU_3_SUPPRIMEES = "categories_juridiques/categorie_juridique.csv"
NAF_2025 = "naf/naf2025_5_niveaux.csv"
NAF_REV_1 = "naf/NAFRev1.csv"
NAF_1993 = "naf/NAF1993.csv"
NAP = "naf/annuaire-codes-nap.json"


def _en_phrase(titre: str) -> str:
    """Sections are published in capitals; no section title holds a proper noun."""
    return propre(titre).capitalize()


def naf_rev_2(pynsee: Path) -> Lignes:
    """The 5 levels of NAF rév. 2, from INSEE's own label and level tables (Windows-1252)."""
    with zipfile.ZipFile(pynsee / "pynsee/metadata/data/naf.zip") as archive:
        intitules = archive.read("naf2008/int_courts_naf_rev_2.csv").decode("cp1252")
        niveaux = archive.read("naf2008/naf2008_5_niveaux.csv").decode("utf-8-sig")
    libelles: dict[str, str] = {}
    for ligne in csv.reader(io.StringIO(intitules), delimiter=";"):
        code = ligne[1].strip().removeprefix("SECTION ")
        if code and code != "Code":
            libelles[code] = _en_phrase(ligne[2]) if code.isalpha() else propre(ligne[2])
    return _arbre(csv.DictReader(io.StringIO(niveaux), delimiter=";"), libelles)


def naf_2025(officiel: Path) -> Lignes:
    """The 5 levels of NAF 2025. INSEE's labels of levels 2 to 4 are not at hand: those codes stay bare."""
    libelles: dict[str, str] = {}
    with open(officiel / NAF_2025, encoding="utf-8", newline="") as fichier:
        lignes = list(csv.DictReader(fichier))
    for ligne in lignes:
        libelles[ligne["niv1"]] = _en_phrase(ligne["niv1_libelle"])
        libelles[ligne["niv5"]] = propre(ligne["niv5_libelle"])
    return _arbre(({cle.upper(): valeur for cle, valeur in ligne.items()} for ligne in lignes), libelles)


def _arbre(lignes: Iterable[Mapping[str, str]], libelles: dict[str, str]) -> Lignes:
    """Unfold one row per sub-class (NIV5 … NIV1) into one row per code, parents first."""
    vus: dict[str, tuple[str, ...]] = {}
    for ligne in lignes:
        parent = ""
        for niveau in ("NIV1", "NIV2", "NIV3", "NIV4", "NIV5"):
            code = ligne[niveau].strip()
            vus.setdefault(code, (code, parent, libelles.get(code, "")))
            parent = code
    return list(vus.values())


def naf_ancienne(chemin: Path) -> Lignes:
    """Codes and labels of NAF rév. 1 or NAF 1993 (one level: the 700 « classes »)."""
    with open(chemin, encoding="utf-8", newline="") as fichier:
        lignes = list(csv.reader(fichier))
    debut = lignes.index(["Code", "Libellé"]) + 1
    return [(code.strip(), "", propre(libelle)) for code, libelle, *_ in lignes[debut:] if code.strip()]


def nap(chemin: Path) -> Lignes:
    """Codes and labels of the NAP (1973-1992), one level of 650 codes."""
    return [(code, "", propre(libelle)) for code, libelle in sorted(json.loads(chemin.read_text("utf-8")).items())]


def categories_juridiques(officiel: Path) -> Lignes:
    """The 3 levels, parents first. Level 3 is the current list, then the codes that INSEE has withdrawn since.

    A withdrawn code still stands on closed companies. A level-1 code without a published label stays bare.
    """
    niveau_1, niveau_2, niveau_3 = (
        json.loads((officiel / nom).read_text("utf-8")) for nom in (CJ_NIVEAU_1, CJ_NIVEAU_2, CJ_NIVEAU_3)
    )
    with open(officiel / CJ_NIVEAU_3_SUPPRIMEES, encoding="utf-8", newline="") as fichier:
        for ligne in csv.DictReader(fichier):
            niveau_3.setdefault(ligne["Code"], ligne["Libellé"])
    libelles = niveau_1 | niveau_2 | niveau_3
    codes = {code[:taille] for code in niveau_3 for taille in (1, 2, 4)}
    return [(code, propre(libelles.get(code, ""))) for code in sorted(codes)]


def tranches_effectifs(officiel: Path) -> Lignes:
    """The 16 head-count bands, smallest first: NN (not an employer) then by lower bound."""
    with open(officiel / TRANCHES, encoding="utf-8", newline="") as fichier:
        lignes = list(csv.DictReader(fichier))
    lignes.sort(key=lambda ligne: -1 if ligne["code"] == "NN" else int(ligne["de"]))
    # INSEE's list is worded in the plural ("Unités non employeuses"); a sheet speaks of one unit.
    singulier = {"NN": "Unité non employeuse", "00": "0 salarié"}
    return [(ligne["code"], singulier.get(ligne["code"]) or propre(ligne["intitule"])) for ligne in lignes]
