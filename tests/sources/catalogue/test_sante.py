"""FINESS: latin-1, no header, a first line that dates the file, lines of coordinates beside those of establishments."""

import datetime
import logging
from pathlib import Path

import pytest

from fce.socle.erreurs import ImportRefuse
from fce.sources.catalogue.sante.finess.lecture import DATE_FICHIER, GARDEES, lire
from tests.sources.catalogue.lectures import exemple_de, lecture

REEL = "etalab-cs1100502-stock-20260512-0339.csv"


def lignes_exemple() -> list[str]:
    return exemple_de("finess").read_bytes().decode("latin-1").splitlines()


def ecrire(dossier: Path, lignes: list[str], encodage: str = "latin-1") -> Path:
    chemin = dossier / "finess.csv"
    chemin.write_bytes(("\n".join(lignes) + "\n").encode(encodage))
    return chemin


def test_the_siret_is_field_23_and_the_first_line_dates_the_file():
    lues = lecture("finess")
    assert lues.lignes[0]["siret"] == lignes_exemple()[1].split(";")[22]
    assert {ligne["date_fichier"] for ligne in lues.lignes} == {datetime.date(2026, 9, 14)}
    assert [ligne["ligne"] for ligne in lues.lignes] == list(range(2, 10))


def test_address_and_telephone_never_enter():
    numero, valeurs = next(lire(exemple_de("finess")))
    assert numero == 2
    assert set(valeurs) == {*GARDEES, DATE_FICHIER}


def test_accents_are_right_whatever_the_encoding_of_the_day(tmp_path: Path):
    latin = lecture("finess").lignes
    utf8 = lecture("finess", ecrire(tmp_path, lignes_exemple(), "utf-8")).lignes
    assert utf8 == latin
    assert "LUNÉVILLE" in latin[1]["raison_sociale"]


def test_lines_of_coordinates_are_skipped_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    lignes = [*lignes_exemple(), "geolocalisation;540999019;930000.1;6840000.2;1,ATLASANTE,100,IGN;2026-09-14"]
    with caplog.at_level(logging.WARNING):
        lues = lecture("finess", ecrire(tmp_path, lignes))
    assert len(lues.lignes) == 8
    assert lues.rejets == []
    assert "1 ligne(s) de géolocalisation" in caplog.text


def test_a_line_of_another_length_is_set_aside_alone(tmp_path: Path):
    lignes = lignes_exemple()
    lignes[3] = lignes[3].replace(";", "", 2)
    lues = lecture("finess", ecrire(tmp_path, lignes))
    assert [rejet.ligne for rejet in lues.rejets] == [4]
    assert len(lues.lignes) == 7


@pytest.mark.parametrize("premiere", ["", "nofinesset;nofinessej;rs", "structureet;540999019"])
def test_a_file_that_does_not_start_as_an_extraction_is_refused(tmp_path: Path, premiere: str):
    with pytest.raises(ImportRefuse, match="première ligne"):
        lecture("finess", ecrire(tmp_path, [premiere, *lignes_exemple()[1:]]))


def test_real_rows_are_all_accounted_for(dossier_partage: Path):
    chemin = dossier_partage / "data" / "finess" / REEL
    brutes = chemin.read_bytes().decode("latin-1").splitlines()[1:]
    attendues = [ligne.split(";") for ligne in brutes if ligne]
    lues = lecture("finess", chemin)
    assert lues.rejets == []
    assert [(x["numero_finess"], x["siret"] or "") for x in lues.lignes] == [(x[1], x[22]) for x in attendues]
