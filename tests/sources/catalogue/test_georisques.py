"""ICPE: three csv of one zip joined by installation; nothing lost, nothing counted twice."""

import csv
import datetime
import zipfile
from pathlib import Path

import pytest

from fce.socle.erreurs import ImportRefuse
from tests.sources.catalogue.lectures import exemple_de, lecture


def par_code(chemin: Path | None = None) -> dict[str, dict]:
    return {x["code_aiot"]: x for x in lecture("icpe-seveso", *([chemin] if chemin else [])).lignes}


def refaire(dossier: Path, **remplaces: bytes | None) -> Path:
    """The example with some of its files replaced, or removed (None)."""
    chemin = dossier / "icpe.zip"
    with zipfile.ZipFile(exemple_de("icpe-seveso")) as source, zipfile.ZipFile(chemin, "w") as copie:
        for nom in source.namelist():
            contenu = remplaces.get(Path(nom).stem, source.read(nom))
            if contenu is not None:
                copie.writestr(nom, contenu)
    return chemin


def test_an_installation_has_its_headings_and_its_last_inspection():
    site = par_code()["0099900001"]
    assert site["statut_seveso"] == "Seveso seuil haut"
    assert site["derniere_inspection"] == datetime.date(2026, 3, 12)
    assert site["nombre_inspections"] == 2
    assert site["rubriques"] == (
        "4718-1 Gaz inflammables liquéfiés – Autorisation ; 2545 Fabrication d'acier, fer, fonte – Autorisation"
    )


def test_an_installation_without_heading_nor_inspection_is_kept():
    site = par_code()["0099900004"]
    assert (site["rubriques"], site["derniere_inspection"], site["nombre_inspections"]) == (None, None, 0)


def test_an_installation_without_siret_is_kept():
    assert par_code()["0099900007"]["siret"] is None


@pytest.mark.parametrize("absent", ["InstallationClassee", "inspection", "rubriqueIC"])
def test_a_missing_file_is_named(tmp_path: Path, absent: str):
    with pytest.raises(ImportRefuse, match=rf"{absent}\.csv"):
        par_code(refaire(tmp_path, **{absent: None}))


def test_the_files_of_metadata_may_be_missing(tmp_path: Path):
    sans = refaire(tmp_path, metadataFichierInspection=None, metadataFichierHorsInspection=None)
    assert par_code(sans) == par_code()


def test_a_missing_column_of_a_joined_file_is_named(tmp_path: Path):
    with pytest.raises(ImportRefuse, match="dateInspection"):
        par_code(refaire(tmp_path, inspection=b"codeAiot;date\n0099900001;2026-03-12\n"))


def test_what_is_not_a_zip_is_refused(tmp_path: Path):
    chemin = tmp_path / "icpe.zip"
    chemin.write_bytes(b"codeAiot;raisonSociale\n")
    with pytest.raises(ImportRefuse, match="zip"):
        par_code(chemin)


def test_a_bomb_is_refused(tmp_path: Path):
    chemin = tmp_path / "icpe.zip"
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("InstallationClassee.csv", b"0" * (20 << 20))
    with pytest.raises(ImportRefuse, match="suspecte"):
        par_code(chemin)


def test_real_rows_are_all_accounted_for(dossier_partage: Path, tmp_path: Path):
    dossier = dossier_partage / "data" / "icpe"
    chemin = tmp_path / "icpe.zip"
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        for fichier in (*dossier.glob("*.csv"), *(dossier / "entetes").glob("*.csv")):
            archive.write(fichier, fichier.name)
    attendues = rangs(dossier / "InstallationClassee.csv")
    visites = rangs(dossier / "inspection.csv")
    lues = lecture("icpe-seveso", chemin)
    assert lues.lues == len(attendues) == len(lues.lignes) + len(lues.rejets)
    assert {rejet.colonne for rejet in lues.rejets} == {"numeroSiret"}
    assert len(lues.rejets) < 0.01 * lues.lues
    for ligne in lues.lignes:
        siennes = [v["dateInspection"] for v in visites if v["codeAiot"] == ligne["code_aiot"]]
        assert ligne["nombre_inspections"] == len(siennes)
        assert str(ligne["derniere_inspection"] or "") == max(siennes, default="")
    hauts = [x for x in lues.lignes if x["statut_seveso"] == "Seveso seuil haut"]
    assert len(hauts) == sum(x["statutSeveso"] == "Seveso seuil haut" for x in attendues)


def rangs(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="iso-8859-1", newline="") as flux:
        return list(csv.DictReader(flux, delimiter=";"))
