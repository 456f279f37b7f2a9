"""Where only the header of a file is known, our sample has it, name by name, and what we declare is read from it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from fce.sources import registre
from tests.sources.catalogue.lectures import exemple_de, lecture

# {file of the ministry, as its loaders call it: our source}
MINISTERE = {
    "DAT-nb-at-par-SIRET.csv": "accidents-travail",
    "accords.csv": "accords-entreprise",
    "etablissements_activite_partielle.csv": "activite-partielle",
    "apprentissage.csv": "apprentissage",
    "etablissements_idcc.csv": "idcc-etablissements",
    "ts_effectifs.csv": "dsn-effectifs",
    "interactions_pole_3e.csv": "eos-visites",
    "interactions_pole_3e_src.csv": "mdf-controles",
    "interactions_pole_c.csv": "sora-controles",
    "interactions_pole_t.csv": "wikit-controles",
    "rupco_etablissements.csv": "rupco-etablissements",
    "rupco_procedures.csv": "rupco-procedures",
}
AILLEURS = {
    "cateogries_juridiques.csv": "nomenclature",
    "nomenclature_idcc.csv": "nomenclature",
    "egapro.csv": "three columns of the open file, which is read whole",
    "*_public_of.csv": "its own header is below",
    "ClientsPSI-(siren|siret)-YYYY-DDMMYYYY.csv": "the year is in the name of a column, below",
    "StockUniteLegale/StockEtablissement pre-joined": "we read the files of INSEE",
    "StockEtablissementLiensSuccession_utf8.csv": "with the other files of Sirene",
}


def entete(source: str, separateurs: str = ";,") -> list[str]:
    """First line of our sample."""
    octets = exemple_de(source).read_bytes().split(b"\n", 1)[0].removeprefix(b"\xef\xbb\xbf").rstrip(b"\r")
    try:
        texte = octets.decode("utf-8")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252")
    separateur = max(separateurs, key=texte.count)
    return next(csv.reader([texte], delimiter=separateur))


def fichiers_du_ministere(partage: Path) -> dict[str, list[str]]:
    with (partage / "data/fichiers_ministere/fce_input_files.csv").open(encoding="utf-8", newline="") as flux:
        return {ligne["file"]: ligne["columns"].split("|") for ligne in csv.DictReader(flux)}


def test_each_file_of_the_ministry_is_a_source_or_is_read_elsewhere(dossier_partage: Path) -> None:
    assert set(fichiers_du_ministere(dossier_partage)) == MINISTERE.keys() | AILLEURS.keys()


@pytest.mark.parametrize("fichier", MINISTERE)
def test_the_sample_has_the_columns_of_the_ministry_s_file(fichier: str, dossier_partage: Path) -> None:
    officielles = fichiers_du_ministere(dossier_partage)[fichier]
    ecrites = entete(MINISTERE[fichier])
    assert [c for c in officielles if c not in ecrites] == []
    assert lecture(MINISTERE[fichier]).rejets == []


@pytest.mark.parametrize("source", ["detachement-siren", "detachement-siret"])
def test_the_year_of_posted_workers_comes_from_the_name_of_the_column(source: str) -> None:
    ecrites = entete(source)
    assert ("client_siren" if source == "detachement-siren" else "siret") in ecrites
    (colonne,) = (c for c in ecrites if re.fullmatch(r"salaries_distincts_\d{4}", c))
    assert {ligne["annee"] for ligne in lecture(source).lignes} == {int(colonne[-4:])}


@pytest.mark.parametrize(
    ("source", "chemin"),
    [
        ("egapro", "egapro/index-egalite-fh.header.csv"),
        ("organismes-formation", "organismes_formation/public_ofs.header.csv"),
    ],
)
def test_the_sample_has_the_official_header(source: str, chemin: str, dossier_partage: Path) -> None:
    (officielles,) = csv.reader(
        (dossier_partage / "data" / chemin).read_text(encoding="utf-8").splitlines(), delimiter=";"
    )
    assert entete(source) == officielles
    lues = {c for c in registre.source(source).colonnes if c}
    assert lues <= set(officielles)
