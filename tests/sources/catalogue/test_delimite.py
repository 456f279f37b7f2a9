"""What the readers of delimited texts share: lines, columns and numbers, whatever the file is wrapped in."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from fce.socle.erreurs import ImportRefuse
from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.catalogue.outils import siren_et_siret

TEXTE = 'a;b;c\n1;"x\ny";é\n\n2;z\n3;"t;u";w\n'


def test_every_row_is_given_with_its_line_and_one_of_another_width_empty_never_shifted(tmp_path: Path):
    chemin = tmp_path / "t.csv"
    chemin.write_text(TEXTE, encoding="utf-8")
    assert list(lignes_csv(chemin, ["c", "b"])) == [
        (3, {"a": "1", "b": "x\ny", "c": "é"}),
        (5, {}),
        (6, {"a": "3", "b": "t;u", "c": "w"}),
    ]


def test_a_gzipped_latin_1_text_without_a_last_end_of_line_reads_the_same(tmp_path: Path):
    clair, serre = tmp_path / "t.csv", tmp_path / "t.csv.gz"
    clair.write_text(TEXTE, encoding="utf-8")
    serre.write_bytes(gzip.compress(TEXTE.rstrip("\n").encode("latin-1")))
    assert list(lignes_csv(serre, ["a", "c"], encodage="latin-1")) == list(lignes_csv(clair, ["a", "c"]))


@pytest.mark.parametrize(
    ("octets", "motif"),
    [
        (b"a;b\n1;2\n", "manquantes : c"),
        (b"a;c\n1;\xe9\n", "encodage"),
        (b"<html></html>", "page HTML"),
        (b"", "vide"),
    ],
    ids=["colonne", "encodage", "page", "vide"],
)
def test_a_file_that_is_not_the_one_is_refused(tmp_path: Path, octets: bytes, motif: str):
    chemin = tmp_path / "t.csv"
    chemin.write_bytes(octets)
    with pytest.raises(ImportRefuse, match=motif):
        list(lignes_csv(chemin, ["c"]))


@pytest.mark.parametrize(
    ("numero", "attendu"),
    [
        ("000001388", ("000001388", None)),
        ("000 001 388 00024", ("000001388", "00000138800024")),
        ("0000010400", ("0000010400", None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_a_number_is_shared_out(numero: str | None, attendu: tuple[str | None, str | None]):
    assert siren_et_siret(numero) == attendu


def test_the_declarations_of_the_labels_do_not_load_the_reading_engine():
    modules = ["sante.finess", "georisques.icpe_seveso", "agence_bio.bio", "culture.spectacles", "education.annuaire"]
    lignes = [f"import fce.sources.catalogue.{m}.source" for m in modules]
    code = "\n".join(["import sys, django", "django.setup()", *lignes, "sys.exit('polars' in sys.modules)"])
    subprocess.run([sys.executable, "-c", code], check=True, env={"DJANGO_SETTINGS_MODULE": "fce.config.settings"})
