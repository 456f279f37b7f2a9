import csv
import datetime as dt
import io
import string
import unicodedata
from decimal import Decimal

import openpyxl
from hypothesis import given, strategies as st

from fce.socle.web.exports import Feuille, ecrire_xlsx, lignes_csv, neutraliser


def lire(blocs):
    return list(csv.reader(io.StringIO(b"".join(blocs).decode("utf-8-sig"), newline=""), delimiter=";"))


def test_identifiers_keep_their_zeros_and_dates_are_french():
    lignes = lire(lignes_csv(["SIREN", "Création", "Siège"], [["005520135", dt.date(2026, 3, 1), True]]))
    assert lignes == [["SIREN", "Création", "Siège"], ["005520135", "01/03/2026", "oui"]]


def test_rows_come_by_blocks():
    blocs = list(lignes_csv(["n"], ([i] for i in range(1200)), paquet=500))
    assert len(blocs) == 3
    assert len(lire(blocs)) == 1201


SIGNES = "=+-@＝＋－＠﹦﹢﹣﹫⁺⁻−"
INVISIBLES = " \t\r\n\x00\x0b\u00a0\u00ad\u2003\u200b\u200e\u202f\u2060\u3000\ufeff"


def commence_une_formule(texte):
    """What the most tolerant spreadsheet does: skip what does not show, fold the widths, look at the first sign."""
    visible = texte.lstrip(INVISIBLES + string.whitespace)
    return texte[:1] in tuple("\t\r\n") or unicodedata.normalize("NFKC", visible)[:1] in (*"=+-@", "−")


@given(st.text() | st.builds("{}{}{}".format, st.text(INVISIBLES, max_size=4), st.sampled_from(SIGNES), st.text()))
def test_s12_no_csv_cell_is_ever_a_formula_whatever_the_width_of_its_sign(texte):
    assert not commence_une_formule(neutraliser(texte))
    [[entete], [cellule]] = lire(lignes_csv([texte], [[texte]]))
    assert not commence_une_formule(entete)
    assert not commence_une_formule(cellule)


@given(st.text())
def test_s12_a_cell_that_is_no_formula_stays_as_it_is(texte):
    assert neutraliser(texte) == texte or neutraliser(texte) == f"'{texte}" != texte
    assert [neutraliser(t) for t in ("L'ÉPICERIE", "12-34", "a@b.fr", "", "'=1", "１＋２")] == [
        *("L'ÉPICERIE", "12-34", "a@b.fr", "", "'=1", "１＋２")
    ]


def test_a_workbook_holds_text_as_text(tmp_path):
    chemin = tmp_path / "essai.xlsx"
    total = ecrire_xlsx(
        chemin, [Feuille("Données", ["SIREN", "Nom", "n"], [["005520135", "=1+1", 3], ["1", "http://x", None]])]
    )
    page = openpyxl.load_workbook(chemin).active
    assert total == 2
    assert [[c.value for c in ligne] for ligne in page.iter_rows(min_row=2)] == [
        ["005520135", "=1+1", 3],
        ["1", "http://x", None],
    ]
    assert {c.data_type for ligne in page.iter_rows(min_row=2, max_col=2) for c in ligne} == {"s"}


def test_t5_a_workbook_holds_dates_as_dates_and_numbers_as_numbers(tmp_path):
    chemin = tmp_path / "essai.xlsx"
    instant = dt.datetime(2026, 11, 26, 15, 12, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    rang = ["005520135", "00552013500018", dt.date(2026, 3, 1), Decimal("1250.50"), 3, dt.date(1855, 6, 2), instant]
    ecrire_xlsx(chemin, [Feuille("Données", [f"c{n}" for n in range(len(rang))], [rang])])
    page = openpyxl.load_workbook(chemin).active
    cellules = next(page.iter_rows(min_row=2))
    assert [c.value for c in cellules] == [
        *("005520135", "00552013500018", dt.datetime(2026, 3, 1), 1250.5, 3, "02/06/1855"),
        dt.datetime(2026, 11, 26, 15, 12),
    ]
    assert [c.data_type for c in cellules] == ["s", "s", "d", "n", "n", "s", "d"]
    assert [cellules[n].number_format for n in (2, 6)] == ["dd/mm/yyyy", "dd/mm/yyyy hh:mm"]
    # Wide enough for a date: a spreadsheet shows "########" otherwise.
    assert page.column_dimensions["A"].width >= 11
    assert page.column_dimensions["A"].max >= len(rang)
