"""Documents of many companies as columns, so that a repeated value is computed once.

A frame has one row per document and one column per field of ``champs.CHAMPS``, null when empty; several values of a
field are one text (``ENTRE_LES_TEXTES``). Not for web processes: polars takes 100 MB.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from fce.recherche.engines.champs import CHAMPS, ENTRE_LES_TEXTES, Document, Indexation
from fce.socle.base.colonnes import lignes_en_colonnes

_NOMBRES: Final = (Indexation.ENTIER, Indexation.NUMERO)
_TYPES: Final[dict[Indexation, Any]] = {**dict.fromkeys(_NOMBRES, pl.Int64), Indexation.LIGNE: pl.Binary}
TYPES: Final[dict[str, Any]] = {nom: _TYPES.get(genre, pl.String) for nom, genre in CHAMPS.items()}
"""Column type of each field."""
_PLUSIEURS: Final = (Indexation.CODE, Indexation.CODE_TRI, Indexation.CODE_COMPTE, Indexation.GARDE)
A_PLUSIEURS_VALEURS: Final = frozenset(nom for nom, genre in CHAMPS.items() if genre in _PLUSIEURS)
"""Fields whose texts hold several values, separated by ``ENTRE_LES_TEXTES``."""


def en_colonnes(*documents: Mapping[str, Any]) -> pl.DataFrame:
    """Return the frame of documents given as mappings."""
    champs = dict.fromkeys(champ for document in documents for champ in document)

    def ecrite(champ: str, valeur: Any) -> Any:
        return ENTRE_LES_TEXTES.join(valeur) or None if champ in A_PLUSIEURS_VALEURS else valeur

    lignes = [{champ: ecrite(champ, valeur) for champ, valeur in document.items()} for document in documents]
    return pl.DataFrame([{**dict.fromkeys(champs), **ligne} for ligne in lignes], schema={c: TYPES[c] for c in champs})


def un_par_un(documents: pl.DataFrame) -> Iterator[Document]:
    """Yield each document as a mapping, without empty fields."""

    def deplier(champ: str, valeur: Any) -> Any:
        return valeur.split(ENTRE_LES_TEXTES) if champ in A_PLUSIEURS_VALEURS else valeur

    for ligne in documents.iter_rows(named=True):
        yield {champ: deplier(champ, valeur) for champ, valeur in ligne.items() if valeur is not None}


def en_json(documents: pl.DataFrame) -> list[str]:
    """Return each document as a JSON object, bytes in base64. Empty fields are left out, since a null would be a
    value."""
    documents = documents.with_columns(pl.col(pl.Binary).bin.encode("base64"))

    def rempli(nom: str) -> pl.Expr:
        texte = documents.schema[nom] == pl.String
        return pl.col(nom).fill_null("") if texte else pl.concat_list(nom).list.drop_nulls()

    pleins = documents.with_columns(rempli(nom) for nom in documents.columns if documents[nom].null_count())
    return pleins.select(pl.struct(pl.all()).struct.json_encode()).to_series().to_list()


def par_valeur(
    lignes: pl.DataFrame,
    colonnes: Sequence[str],
    calculer: Callable[..., Sequence[Any]],
    sorties: Mapping[str, Any],
    *,
    ou: pl.Series | None = None,
) -> pl.DataFrame:
    """Apply ``calculer`` to the values of ``colonnes``, once per distinct combination; return its results as columns of
    these types.

    ``ou``: only for the rows where it is true; null elsewhere.
    """
    voulues = lignes.select(colonnes) if ou is None else lignes.select(colonnes).filter(ou)
    distinctes = voulues.unique()
    # Prefixed names, because results may have the names of the columns read.
    types = {f"= {nom}": genre for nom, genre in sorties.items()}
    neuves = lignes_en_colonnes(types, [calculer(*valeurs) for valeurs in distinctes.rows()])
    trouvees = voulues.join(
        distinctes.with_columns(*neuves), on=colonnes, how="left", nulls_equal=True, maintain_order="left"
    ).select(pl.col(f"= {nom}").alias(nom) for nom in sorties)
    return trouvees if ou is None else trouvees.select(pl.all().gather(_rangs(ou)))


def _rangs(ou: pl.Series) -> pl.Series:
    """Rank of each row among those where ``ou`` is true, null elsewhere."""
    return pl.DataFrame({"ou": ou}).select(pl.when("ou").then(pl.col("ou").cum_sum() - 1)).to_series()


def bout_a_bout(textes: Iterable[pl.Expr | pl.Series | str], separateur: str = " ") -> pl.Expr:
    """Concatenate texts, skipping nulls; null when all are null."""
    ensemble = pl.concat_str(list(textes), separator=separateur, ignore_nulls=True)
    return pl.when(ensemble != "").then(ensemble)


def sans_doublon(textes: pl.Expr, separateur: str = " ", *, ou: pl.Expr | None = None) -> pl.Expr:
    """Keep each word, or text, once. ``ou``: rows that may have duplicates; the others are left as is, at no cost."""
    if ou is not None:
        return pl.coalesce(sans_doublon(pl.when(ou).then(textes), separateur), textes)
    return textes.str.split(separateur).list.unique(maintain_order=True).list.join(separateur)
