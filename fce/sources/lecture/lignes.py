"""Layouts read by a function of their own (xml, xlsx, json, several files in a zip): checked as csv from there."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path

import polars as pl

from fce.socle.erreurs import FCEError
from fce.sources.declaration import Lecteur
from fce.sources.lecture.lot import LONGUEUR_VALEUR, Illisible, Rejet
from fce.sources.lecture.refus import refus

_TAILLE_LOT = 20_000
_PAQUET = 500
_CHAMP_MAXIMAL = 128 << 10
_TEXTES = {str, type(None)}


def lots_de_lignes(
    lecteur: Lecteur, chemin: Path, taille: int = _TAILLE_LOT
) -> Iterator[tuple[pl.DataFrame, pl.Series, list[Rejet]]]:
    """Batches of text columns named as the function names them, the lines of their rows, and the malformed rows.

    A row may leave out a column: it reads null. Raises ``ImportRefuse`` when the function cannot read the file.
    """
    lignes = _proteger(lecteur, chemin)
    while True:
        with _refuser(chemin):
            numeros, colonnes = _rassembler(islice(lignes, taille))
            lot = _lot(numeros, colonnes)
        if not numeros:
            return
        yield lot


def _rassembler(
    lignes: Iterator[tuple[int, Mapping[str, str | None]]],
) -> tuple[list[int], dict[str, list[str | None]]]:
    """Lines and columns of a batch, a few rows at a time: none waits in memory for the last one to be made."""
    numeros: list[int] = []
    colonnes: dict[str, list[str | None]] = {}
    while paquet := list(islice(lignes, _PAQUET)):
        lues = _colonnes([valeurs for _, valeurs in paquet])
        absentes = [None] * len(paquet)
        for nom in dict.fromkeys((*colonnes, *lues)):
            colonnes.setdefault(nom, [None] * len(numeros)).extend(lues.get(nom, absentes))
        numeros += [numero for numero, _ in paquet]
    return numeros, colonnes


def _lot(numeros: list[int], colonnes: dict[str, list[str | None]]) -> tuple[pl.DataFrame, pl.Series, list[Rejet]]:
    tableau = _sain(colonnes)
    rejets: list[Rejet] = []
    if tableau is None:
        lignes = [dict(zip(colonnes, valeurs, strict=True)) for valeurs in zip(*colonnes.values(), strict=True)]
        fautes = [_faute(numero, valeurs) for numero, valeurs in zip(numeros, lignes, strict=True)]
        rejets = [faute for faute in fautes if faute]
        saines = [rang for rang, faute in enumerate(fautes) if not faute]
        numeros = [numeros[rang] for rang in saines]
        tableau = pl.DataFrame(
            [pl.Series(nom.strip(), [valeurs[rang] for rang in saines], pl.String) for nom, valeurs in colonnes.items()]
        )
    return tableau, pl.Series(numeros, dtype=pl.Int64), rejets


def _colonnes(lignes: list[Mapping[str, str | None]]) -> dict[str, Sequence[str | None]]:
    noms = [*lignes[0]]
    if len(noms) > 1 and {*map(len, lignes)} == {len(noms)}:
        with suppress(KeyError):
            return dict(zip(noms, zip(*map(itemgetter(*noms), lignes), strict=True), strict=True))
    noms = [*dict.fromkeys(chain.from_iterable(lignes))]
    return {nom: [ligne.get(nom) for ligne in lignes] for nom in noms}


def _sain(colonnes: Mapping[str, Sequence[str | None]]) -> pl.DataFrame | None:
    """The columns as a table when all that they hold is sound; else None, and each row is then looked at.

    Column by column, a sound value costs a twentieth of what it does row by row.
    """
    series = []
    for nom, valeurs in colonnes.items():
        if not {*map(type, valeurs)} <= _TEXTES:
            return None
        try:
            serie = pl.Series(nom.strip(), valeurs, pl.String)
        except UnicodeEncodeError:
            return None
        if (serie.str.len_bytes() > _CHAMP_MAXIMAL).any() or serie.str.contains("\0", literal=True).any():
            return None
        series.append(serie)
    return pl.DataFrame(series)


@contextmanager
def _refuser(chemin: Path) -> Iterator[None]:
    try:
        yield
    except FCEError:
        raise
    except Exception as erreur:  # whatever a broken file makes a parser raise: the file is refused, with the reason
        raise refus(
            chemin,
            "format",
            f"il n'a pas la forme attendue ({type(erreur).__name__} : {str(erreur)[:200] or 'sans détail'}).",
        ) from erreur


def _proteger(lecteur: Lecteur, chemin: Path) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    with _refuser(chemin):
        yield from lecteur.fonction(chemin)


def _faute(numero: int, valeurs: Mapping[str, str | None]) -> Rejet | None:
    for nom, valeur in valeurs.items():
        if valeur is None:
            continue
        if not isinstance(valeur, str):
            raise TypeError(f"la colonne « {nom} » doit être rendue en texte, pas en {type(valeur).__name__}")
        if isinstance(valeur, Illisible):
            return Rejet(numero, nom, valeur[:LONGUEUR_VALEUR], valeur.motif)
        if "\0" in valeur:
            return Rejet(numero, None, None, "caractère nul (octet 0)")
        if len(valeur) > _CHAMP_MAXIMAL:
            return Rejet(numero, nom, None, f"champ de plus de {_CHAMP_MAXIMAL >> 10} Kio")
        if not valeur.isascii():
            try:
                valeur.encode()
            except UnicodeEncodeError:
                return Rejet(numero, nom, None, "caractère impossible (moitié de caractère)")
    return None
