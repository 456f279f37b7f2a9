"""Clean texts before typing: padding, decomposed accents, HTML entities."""

import html
import re
from collections.abc import Mapping

import polars as pl

from fce.sources import champs
from fce.sources.lecture.commande import Lisible
from fce.sources.lecture.indices import Indices

_ENTITE = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
_TEXTES = (champs.Texte, champs.Code)


def normaliser(source: Lisible, brut: pl.DataFrame, indices: Indices, noms: Mapping[str, str]) -> pl.DataFrame:
    """Text columns by attribute: trimmed, NFC, empty as null; skips what ``indices`` excludes.

    ``noms``: {attribute: column of the file}.
    """
    expressions = []
    a_composer = _hors_ascii(brut) if indices.decompose else frozenset()
    for attribut, champ in source.champs.items():
        if attribut not in brut.columns or brut[attribut].null_count() == brut.height:
            continue
        depart = expression = pl.col(attribut)
        if attribut in a_composer and isinstance(champ, _TEXTES):
            expression = expression.str.normalize("NFC")
        borde = indices.espaces is None or noms.get(attribut, champ.colonne) in indices.espaces
        if borde:
            expression = expression.str.strip_chars()
        if borde or indices.vides:
            expression = pl.when(expression.str.len_bytes() > 0).then(expression)
        if expression is not depart:
            expressions.append(expression.alias(attribut))
    propre = brut.with_columns(expressions) if expressions else brut
    return _decoder_entites(source, propre) if indices.entites else propre


def _hors_ascii(brut: pl.DataFrame) -> frozenset[str]:
    """Columns with a non-ASCII character, the only ones worth normalising."""
    textes = pl.col(pl.String)
    plus_longs = brut.select(textes.str.len_bytes().sum() > textes.str.len_chars().sum())
    return frozenset(nom for nom in plus_longs.columns if plus_longs[nom].item())


def _decoder_entites(source: Lisible, brut: pl.DataFrame) -> pl.DataFrame:
    for attribut, champ in source.champs.items():
        if not isinstance(champ, champs.Texte) or attribut not in brut.columns:
            continue
        rangs = brut[attribut].str.contains(_ENTITE).fill_null(False).arg_true()
        if len(rangs):
            decodees = [_decoder(valeur) for valeur in brut[attribut].gather(rangs).to_list()]
            brut = brut.with_columns(brut[attribut].scatter(rangs, decodees))
    return brut


def _decoder(texte: str) -> str | None:
    """Decode entities once (``&amp;amp;`` gives ``&amp;``), only with their semicolon: "R&NOTE" is a name."""
    decode = re.sub(_ENTITE, lambda trouve: html.unescape(trouve[0]), texte)
    if "\ufffd" in decode or "\0" in decode:
        return texte
    return decode.strip() or None
