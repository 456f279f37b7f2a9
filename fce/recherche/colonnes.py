"""Documents of many companies at once, as columns: a value that repeats is worked out once, whatever rows bear it.

A frame of documents has one row per document and one column per field of ``champs.CHAMPS``, null where the document has
nothing. Not for a process that only answers: polars takes a hundred megabytes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from fce.recherche.champs import CHAMPS, Document, Indexation
from fce.socle.colonnes import lignes_en_colonnes

ENTRE_LES_TEXTES: Final = "\0"
"""Between texts that are gathered as one, then split at once, which takes a tenth of what lists do: no text of
PostgreSQL holds it."""
_PAR_GENRE: Final[dict[Indexation, Any]] = {
    Indexation.MOTS: pl.String,
    Indexation.CODES: pl.String,
    Indexation.LIGNE: pl.String,
    Indexation.CODE: pl.List(pl.String),
    Indexation.CODE_TRI: pl.List(pl.String),
    Indexation.CODE_COMPTE: pl.List(pl.String),
    Indexation.GARDE: pl.List(pl.String),
    Indexation.ENTIER: pl.Int64,
    Indexation.NUMERO: pl.Int64,
}
TYPES: Final = {nom: _PAR_GENRE[genre] for nom, genre in CHAMPS.items()}
"""Type of the column of each field."""


def en_colonnes(*documents: Mapping[str, Any]) -> pl.DataFrame:
    """Return the frame of a few documents written one by one."""
    champs = dict.fromkeys(champ for document in documents for champ in document)
    return pl.DataFrame([{**dict.fromkeys(champs), **d} for d in documents], schema={c: TYPES[c] for c in champs})


def un_par_un(documents: pl.DataFrame) -> Iterator[Document]:
    """Yield each document as a mapping, what it has not left out."""
    for ligne in documents.iter_rows(named=True):
        yield {champ: valeur for champ, valeur in ligne.items() if valeur is not None}


def en_json(documents: pl.DataFrame) -> list[str]:
    """Return each document as a JSON object, where what it has not is empty: a null is no value of a field."""

    def rempli(nom: str) -> pl.Expr:
        match documents.schema[nom]:
            case pl.String():
                return pl.col(nom).fill_null("")
            case pl.List():
                return pl.col(nom).fill_null([])
            case _:
                return pl.concat_list(nom).list.drop_nulls()

    pleins = documents.with_columns(rempli(nom) for nom in documents.columns if documents[nom].null_count())
    return pleins.select(pl.struct(pl.all()).struct.json_encode()).to_series().to_list()


def par_valeur(
    lignes: pl.DataFrame,
    colonnes: Sequence[str],
    lire: Callable[..., Sequence[Any]],
    sorties: Mapping[str, Any],
    *,
    ou: pl.Series | None = None,
) -> pl.DataFrame:
    """Return, for each row, what ``lire`` gives for the values of ``colonnes``, as columns of these types.

    ``lire`` is called once for each distinct combination of values, with one argument per column. ``ou``: for the rows
    where it is true alone, the others have null.
    """
    lues = lignes.select(colonnes) if ou is None else lignes.select(colonnes).filter(ou)
    distinctes = lues.unique()
    # Under names that no column has: what is read may give a column of the same name.
    types = {f"= {nom}": genre for nom, genre in sorties.items()}
    neuves = lignes_en_colonnes(types, [lire(*valeurs) for valeurs in distinctes.rows()])
    trouvees = lues.join(
        distinctes.with_columns(*neuves), on=colonnes, how="left", nulls_equal=True, maintain_order="left"
    ).select(pl.col(f"= {nom}").alias(nom) for nom in sorties)
    if ou is None:
        return trouvees
    rangs = pl.DataFrame({"ou": ou}).select(pl.when("ou").then(pl.col("ou").cum_sum() - 1)).to_series()
    return trouvees.select(pl.all().gather(rangs))


def en_listes(nom: str, listes: Iterable[Sequence[str]]) -> pl.Series:
    """Return a column of lists of texts, null for those that are empty."""
    textes = [ENTRE_LES_TEXTES.join(liste) or None for liste in listes]
    return pl.Series(nom, textes, pl.String).str.split(ENTRE_LES_TEXTES)


def bout_a_bout(textes: Iterable[pl.Expr | pl.Series | str], separateur: str = " ") -> pl.Expr:
    """Return texts as one, those that are null left out; null when they all are."""
    ensemble = pl.concat_str(list(textes), separator=separateur, ignore_nulls=True)
    return pl.when(ensemble != "").then(ensemble)


def sans_doublon(mots: pl.Expr) -> pl.Expr:
    """Words of a text, separated by spaces, each once."""
    return mots.str.split(" ").list.unique(maintain_order=True).list.join(" ")
