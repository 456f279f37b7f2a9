"""Subsidised jobs and integration through economic activity."""

import csv
from pathlib import Path

from fce.sources import registre
from fce.sources.catalogue.asp.iae import regles
from fce.sources.lecture.lecteur import lire
from tests.sources.catalogue.lectures import lignes


def test_the_year_of_subsidised_jobs_is_that_of_the_columns(tmp_path: Path) -> None:
    fichier = tmp_path / "contrats.csv"
    fichier.write_text(
        "siret;contrat_aide;CA_contrat_2018;CA_entree_2018;CA_stock_12_2018\n00000104000013;true;6;4;3\n"
    )
    (lue,) = lignes("contrats-aides", fichier)
    assert (lue["annee"], lue["entrees"], lue["stock"]) == (2018, 4, 3)
    assert "annee" in registre.source("contrats-aides").presentation.colonnes  # type: ignore[union-attr]


def test_structures_come_from_the_public_list_not_from_a_table_of_2018() -> None:
    source = registre.source("iae")
    assert source.acces.classe == "C0"
    assert "2018" not in " ".join(source.colonnes)


def test_each_kind_of_structure_has_its_name() -> None:
    assert all(regles.libelle(lue["mesure"]) for lue in lignes("iae"))
    assert regles.libelle("XYZ") is None


def test_the_real_list_is_all_accounted_for(dossier_partage: Path) -> None:
    fichier = dossier_partage / "data" / "iae_siae" / "2019_07_liste_siae.csv"
    with fichier.open(encoding="utf-8", newline="") as flux:
        attendues = [(r["MESURE"], r["SIRET"]) for r in csv.DictReader(flux, delimiter=";")]
    lots = list(lire(registre.source("iae"), [fichier]))
    lues = [(r["mesure"], r["siret"]) for lot in lots for r in lot.lignes.to_dicts()]
    rejets = [rejet for lot in lots for rejet in lot.rejets]
    assert len(lues) + len(rejets) == len(attendues)
    assert all(rejet.motif.startswith("SIRET") for rejet in rejets)
    assert len(rejets) < 10
    assert set(lues) <= set(attendues)
