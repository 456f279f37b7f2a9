"""A number that somebody types is read as people write it, and in no other way (V13)."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from django.core.exceptions import ValidationError

from fce.service.convention.formulaires import ChampEuros
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.formulaires import ChampDecimal, ChampEntier
from fce.sources.champs import Decimal as ChampDeSource, Entier
from fce.sources.lecture.types import relecture

RACINE = Path(__file__).parents[2] / "fce"
ETRANGES = (
    "1e3",
    "1E3",
    "1_000",
    "inf",
    "-Infinity",
    "nan",
    "sNaN",
    "0x10",
    "١٢",
    "１２",
    "²",
    "1e-2",
    "--1",
    "1..2",
    "1,2,3",
)
DE_DJANGO = {"IntegerField", "DecimalField", "FloatField"}


@pytest.mark.parametrize("typee", ETRANGES)
def test_v13_what_python_alone_takes_for_a_number_is_refused_everywhere(typee: str) -> None:
    for champ in (ChampEntier(), ChampDecimal(), ChampEuros("Montant"), ChampEuros("Montant", zero=True)):
        with pytest.raises(ValidationError):
            champ.clean(typee)
    assert lire_entier(typee, -1) == -1
    for colonne in (Entier("Nombre", "n"), ChampDeSource("Montant", "n"), ChampDeSource("Montant", "n", virgule=True)):
        colonne.set_attributes_from_name("n")
        assert relecture(colonne, pl.Series("n", [typee])).to_list() == [None]


@pytest.mark.parametrize(("typee", "lue"), [("12", 12), (" 12 ", 12), ("-3", -3), ("+3", 3), ("0007", 7)])
def test_v13_a_whole_number_is_read(typee: str, lue: int) -> None:
    assert ChampEntier().clean(typee) == lue


@pytest.mark.parametrize(
    ("typee", "centimes"),
    [("1234,56", 123456), ("1 234,56", 123456), ("1\u202f234,5", 123450), ("1234.56", 123456), ("12", 1200)],
)
def test_v13_an_amount_is_read_as_people_write_it(typee: str, centimes: int) -> None:
    assert ChampEuros("Montant").clean(typee) == centimes
    assert ChampDecimal(localize=True).clean("1,5") == Decimal("1.5")


def test_v13_no_form_reads_a_number_with_the_fields_of_django() -> None:
    """Models have fields of these names too: those of forms are written ``forms.…``, or imported from there."""
    coupables = []
    for fichier in RACINE.rglob("*.py"):
        if fichier.name == "formulaires.py" and fichier.parent.name == "web":
            continue
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            if isinstance(noeud, ast.Attribute) and noeud.attr in DE_DJANGO and ast.unparse(noeud.value) == "forms":
                coupables.append(f"{fichier}:{noeud.lineno}")
            if isinstance(noeud, ast.ImportFrom) and (noeud.module or "").startswith("django.forms"):
                coupables += [f"{fichier}:{noeud.lineno}" for nom in noeud.names if nom.name in DE_DJANGO]
    assert coupables == []
