"""Layouts read by a function of their own (xml, xlsx, json, several files in a zip): checked as csv from there."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import polars as pl

from fce.socle.erreurs import FCEError
from fce.sources.declaration import Lecteur
from fce.sources.lecture.lot import LONGUEUR_VALEUR, Illisible, Rejet
from fce.sources.lecture.refus import refus

_TAILLE_LOT = 20_000
_CHAMP_MAXIMAL = 128 << 10


def lots_de_lignes(
    lecteur: Lecteur, chemin: Path, taille: int = _TAILLE_LOT
) -> Iterator[tuple[pl.DataFrame, pl.Series, list[Rejet]]]:
    """Batches of text columns named as the function names them, the lines of their rows, and the malformed rows.

    A row may leave out a column: it reads null. Raises ``ImportRefuse`` when the function cannot read the file.
    """
    lignes = _proteger(lecteur, chemin)
    while paquet := list(islice(lignes, taille)):
        rejets = [faute for _, _, faute in paquet if faute]
        bonnes = [(numero, valeurs) for numero, valeurs, faute in paquet if not faute]
        noms = dict.fromkeys(nom for _, valeurs, _ in paquet for nom in valeurs)
        colonnes = [pl.Series(nom.strip(), [valeurs.get(nom) for _, valeurs in bonnes], pl.String) for nom in noms]
        numeros = pl.Series([numero for numero, _ in bonnes], dtype=pl.Int64)
        yield pl.DataFrame(colonnes), numeros, rejets


def _proteger(lecteur: Lecteur, chemin: Path) -> Iterator[tuple[int, Mapping[str, str | None], Rejet | None]]:
    try:
        for numero, valeurs in lecteur.fonction(chemin):
            yield numero, valeurs, _faute(numero, valeurs)
    except FCEError:
        raise
    except Exception as erreur:  # whatever a broken file makes a parser raise: the file is refused, with the reason
        raise refus(
            chemin,
            "format",
            f"il n'a pas la forme attendue ({type(erreur).__name__} : {str(erreur)[:200] or 'sans détail'}).",
        ) from erreur


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
