"""The rows that the indexer is given (``contenu``) as columns, and the lines that results show (``lignes``) of them.

Apart from what reads these lines: polars takes a hundred megabytes, that a process that only answers does without.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import polars as pl

from fce.entreprises.contenu import LigneEntreprise, LigneEtablissement
from fce.entreprises.lignes import CHAMPS_D_UN_LIEU, CHAMPS_D_UNE_UNITE, GUILLEMET
from fce.socle.colonnes import lignes_en_colonnes
from fce.socle.identifiants import cle_de_tva

_AUTRES_TYPES: Final[dict[str, Any]] = {
    "annee_effectifs": pl.Int64,
    "annee_categorie_entreprise": pl.Int64,
    **dict.fromkeys(
        ("siege", "employeur", "masque", "ess", "societe_mission", "personne_physique"),
        pl.Boolean,
    ),
}
"""Of the columns that are not texts."""


def unites_en_colonnes(lignes: Sequence[LigneEntreprise]) -> pl.DataFrame:
    """Return companies as a frame, one column per field."""
    return lignes_en_colonnes(_types(LigneEntreprise._fields), lignes)


def lieux_en_colonnes(lignes: Sequence[LigneEtablissement]) -> pl.DataFrame:
    """Return establishments as a frame, one column per field."""
    return lignes_en_colonnes(_types(LigneEtablissement._fields), lignes)


def _types(champs: Sequence[str]) -> dict[str, Any]:
    return {champ: _AUTRES_TYPES.get(champ, pl.String) for champ in champs}


def lignes_des_lieux(lieux: pl.DataFrame) -> pl.Series:
    """The line of each establishment, to be read beside that of its company."""
    return _tableaux(lieux, CHAMPS_D_UN_LIEU)


def lignes_des_unites(unites: pl.DataFrame) -> pl.Series:
    """The line of each company; ``unites`` has besides ``ligne_du_siege``, null when its row is not there,
    ``etablissements`` and ``ouverts``, how many there are."""
    cle = cle_de_tva(pl.col("siren").cast(pl.Int64)).cast(pl.String).str.zfill(2)
    return unites.select(
        pl.format(
            f"[{{}},{{}},{{}},{{}},{GUILLEMET}{{}}{GUILLEMET}]",
            _tableaux(unites, CHAMPS_D_UNE_UNITE),
            pl.col("ligne_du_siege").fill_null("null"),
            "etablissements",
            "ouverts",
            cle,
        ).alias("ligne")
    ).to_series()


def _tableaux(lignes: pl.DataFrame, champs: Sequence[str]) -> pl.Series:
    """The values of these columns as a JSON array, with the quotation mark of lines."""
    textes = [c for c in champs if lignes.schema[c] == pl.String]
    ensemble = pl.concat_str(textes, ignore_nulls=True)
    a_echapper = lignes.select(ensemble.str.contains(r'[\x00-\x1f"\\\x7f]')).to_series()
    # Beside the rows: an array that is the same in all of them would be told once.
    tableaux = lignes.with_columns(_en_clair(lignes, champs).alias("ligne"))["ligne"]
    if not a_echapper.any():
        return tableaux
    # Few rows: a quotation mark, a line feed.
    autres = lignes.filter(a_echapper).select(_echappes(champs)).to_series()
    return tableaux.scatter(a_echapper.arg_true(), autres)


def _en_clair(lignes: pl.DataFrame, champs: Sequence[str]) -> pl.Expr:
    """The array, of texts as they are. What follows each other and is the same in all rows is put there at once."""
    morceaux: list[str | pl.Expr] = []
    for champ in champs:
        morceaux += [",", *_valeur(lignes[champ])]
    morceaux[0] = "["
    groupes = groupby([*morceaux, "]"], key=lambda morceau: isinstance(morceau, str))
    return pl.concat_str(
        [partie for ecrits, suite in groupes for partie in ([pl.lit("".join(map(str, suite)))] if ecrits else suite)]
    )


def _valeur(colonne: pl.Series) -> list[str | pl.Expr]:
    """A value in JSON, in pieces."""
    valeur, absentes = pl.col(colonne.name), colonne.null_count()
    if absentes == len(colonne) > 0:
        return ["null"]
    match colonne.dtype:
        case pl.String() if not absentes:
            return [GUILLEMET, valeur, GUILLEMET]
        case pl.String():
            return [pl.concat_str(pl.lit(GUILLEMET), valeur, pl.lit(GUILLEMET)).fill_null("null")]
        case pl.Boolean():
            ecrite = pl.when(valeur).then(pl.lit("true")).when(~valeur).then(pl.lit("false"))
            return [ecrite.otherwise(pl.lit("null"))]
        case _:
            return [valeur.cast(pl.String).fill_null("null")]


def _echappes(champs: Sequence[str]) -> pl.Expr:
    """The same array, of which the texts hold what JSON escapes."""
    numeros = [str(n) for n in range(len(champs))]
    objet = pl.struct(pl.col(c).alias(n) for c, n in zip(champs, numeros, strict=True)).struct.json_encode()
    # The names of an object, which no value can be taken for: a quotation mark is escaped in a value.
    noms = {f',"{n}":': "," for n in numeros[1:]}
    remplaces = {'{"0":': "["} | noms | {GUILLEMET: "\\u007f", '"': GUILLEMET}
    tableau = objet.str.replace_many(list(remplaces), list(remplaces.values()), leftmost=True)
    return pl.concat_str(tableau.str.head(-1), pl.lit("]"))
