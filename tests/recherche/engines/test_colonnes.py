"""Columns of documents: what is worked out once per value is what each row would have been given by itself."""

import json
from typing import Any

import polars as pl
from hypothesis import given, strategies as st

from fce.recherche.engines.colonnes import (
    A_PLUSIEURS_VALEURS,
    TYPES,
    bout_a_bout,
    en_colonnes,
    en_json,
    par_valeur,
    sans_doublon,
    un_par_un,
)

VALEURS: dict[Any, Any] = {pl.String: "x", pl.Int64: 1, pl.Binary: b"x"}
TEXTES = st.sampled_from([None, "", "a", "b", "é\x7f", '"'])


@given(st.lists(st.tuples(TEXTES, st.booleans() | st.none(), st.booleans())))
def test_each_distinct_value_is_read_once_and_every_row_has_its_own(lignes: list[tuple[Any, Any, bool]]) -> None:
    colonnes = pl.DataFrame(lignes, {"x": pl.String, "y": pl.Boolean, "ou": pl.Boolean}, orient="row")
    lues = []

    def lire(x: str | None, y: bool | None) -> tuple[str, int]:
        lues.append((x, y))
        return f"{x} {y}", len(x or "")

    sorties = {"x": pl.String, "n": pl.Int64}  # a name that is read too
    assert par_valeur(colonnes, ("x", "y"), lire, sorties).rows() == [(f"{x} {y}", len(x or "")) for x, y, _ in lignes]
    assert sorted(map(repr, lues)) == sorted({repr((x, y)) for x, y, _ in lignes})
    attendues = [(f"{x} {y}", len(x or "")) if ou else (None, None) for x, y, ou in lignes]
    assert par_valeur(colonnes, ("x", "y"), lire, sorties, ou=colonnes["ou"]).rows() == attendues


def test_a_document_written_alone_is_the_one_that_is_read() -> None:
    documents = [{"siren": 1, "nom": "alpha", "exact": ["alpha"]}, {"siren": 2, "rang": 3, "mentions": ["a\tb"]}]
    assert [*un_par_un(en_colonnes(*documents))] == documents


def test_what_a_document_has_not_is_empty_in_json_whatever_its_type() -> None:
    """A null is no value of a field, for the engine: it refuses the document."""
    complet = {nom: ["x"] if nom in A_PLUSIEURS_VALEURS else VALEURS[genre] for nom, genre in TYPES.items()}
    lu, vide = map(json.loads, en_json(en_colonnes(complet, {"siren": 2})))
    assert lu.keys() == vide.keys() == TYPES.keys()
    assert {nom for nom, valeur in vide.items() if valeur not in ("", [])} == {"siren"}


def test_texts_are_put_end_to_end_without_what_is_absent() -> None:
    textes = pl.DataFrame({"a": ["x y", None, None], "b": ["y", "z", None]})
    assert textes.select(bout_a_bout(["a", "b"])).to_series().to_list() == ["x y y", "z", None]
    assert textes.select(sans_doublon(bout_a_bout(["a", "b"]))).to_series().to_list() == ["x y", "z", None]


def test_what_cannot_be_there_twice_is_left_as_it_is() -> None:
    textes = pl.DataFrame({"a": ["x\0y\0x", "x\0x", None], "deux_fois": [True, False, True]})
    lus = textes.select(sans_doublon(pl.col("a"), "\0", ou=pl.col("deux_fois"))).to_series()
    assert lus.to_list() == ["x\0y", "x\0x", None]
