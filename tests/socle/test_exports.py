import csv
import datetime as dt
import io

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from fce.socle.exports import Feuille, fichier_xlsx, lignes_csv, neutraliser


def lire(blocs):
    return list(csv.reader(io.StringIO(b"".join(blocs).decode("utf-8-sig"), newline=""), delimiter=";"))


def test_identifiers_keep_their_zeros_and_dates_are_french():
    lignes = lire(lignes_csv(["SIREN", "Création", "Siège"], [["005520135", dt.date(2026, 3, 1), True]]))
    assert lignes == [["SIREN", "Création", "Siège"], ["005520135", "01/03/2026", "oui"]]


def test_rows_come_by_blocks():
    blocs = list(lignes_csv(["n"], ([i] for i in range(1200)), paquet=500))
    assert len(blocs) == 3
    assert len(lire(blocs)) == 1201


@given(st.text())
def test_no_csv_cell_is_ever_a_formula(texte):
    assert not neutraliser(texte).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_workbook_holds_text_as_text(tmp_path):
    chemin = tmp_path / "essai.xlsx"
    total = fichier_xlsx(
        chemin, [Feuille("Données", ["SIREN", "Nom", "n"], [["005520135", "=1+1", 3], ["1", "http://x", None]])]
    )
    page = openpyxl.load_workbook(chemin).active
    assert total == 2
    assert [[c.value for c in ligne] for ligne in page.iter_rows(min_row=2)] == [
        ["005520135", "=1+1", 3],
        ["1", "http://x", None],
    ]
    assert {c.data_type for ligne in page.iter_rows(min_row=2, max_col=2) for c in ligne} == {"s"}
