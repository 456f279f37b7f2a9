"""Files read by a source's own function (xml, xlsx, json, several files in a zip), then checked as csv."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path

import polars as pl

from fce.socle.erreurs import FCEError
from fce.sources.declaration import Lecteur, LigneBrute, Paquet, ParPaquets
from fce.sources.lecture.lot import LONGUEUR_VALEUR, Illisible, Rejet
from fce.sources.lecture.refus import refus
from fce.sources.lecture.taille import OCTETS_DU_LOT, octets_de_texte

_TAILLE_LOT = 20_000
PAQUET = 500
_CHAMP_MAXIMAL = 128 << 10
_TEXTES = {str, type(None)}


def lots_de_lignes(
    lecteur: Lecteur, chemin: Path, taille: int = _TAILLE_LOT
) -> Iterator[tuple[pl.DataFrame, pl.Series, list[Rejet]]]:
    """Batches of text columns named as the function names them, with the lines of their rows, and the malformed rows.

    A column missing from a row is null. Raises ImportRefuse when the function cannot read the file.
    """
    paquets = _proteger(lecteur, chemin, min(taille, PAQUET))
    while True:
        with _refuser(chemin):
            lot = _lot(paquets, taille)
        if lot is None:
            return
        yield lot


def _par_paquets(lignes: Iterable[LigneBrute], taille: int) -> Iterator[Paquet]:
    suite = iter(lignes)
    while paquet := list(islice(suite, taille)):
        yield [numero for numero, _ in paquet], _colonnes([valeurs for _, valeurs in paquet])


def _lot(paquets: Iterator[Paquet], taille: int) -> tuple[pl.DataFrame, pl.Series, list[Rejet]] | None:
    """At least ``taille`` rows from the next packets; None at the end.

    Values become columns a few rows at a time, while still in the CPU cache.
    """
    tables: list[pl.DataFrame] = []
    numeros: list[int] = []
    rejets: list[Rejet] = []
    recues = octets = 0
    for rangs, colonnes in paquets:
        table, sains, fautes = _table(rangs, colonnes)
        tables.append(table)
        numeros += sains
        rejets += fautes
        recues += len(rangs)
        octets += octets_de_texte(table)
        if recues >= taille or octets >= OCTETS_DU_LOT:
            break
    if not recues:
        return None
    tableau, lignes = pl.concat(tables, how="diagonal", rechunk=True), pl.Series(numeros, dtype=pl.Int64)
    mauvaises = valeurs_impossibles(tableau)
    if mauvaises.any():
        fautives = tableau.filter(mauvaises).iter_rows(named=True)
        trouvees = map(faute, lignes.filter(mauvaises).to_list(), fautives)
        rejets = sorted([*rejets, *filter(None, trouvees)], key=lambda rejet: rejet.ligne)
        tableau, lignes = tableau.filter(~mauvaises), lignes.filter(~mauvaises)
    return tableau, lignes, rejets


def _table(
    numeros: Sequence[int], colonnes: Mapping[str, Sequence[str | None]]
) -> tuple[pl.DataFrame, Sequence[int], list[Rejet]]:
    with suppress(UnicodeEncodeError):
        if all({*map(type, valeurs)} <= _TEXTES for valeurs in colonnes.values()):
            series = [pl.Series(nom.strip(), valeurs, pl.String) for nom, valeurs in colonnes.items()]
            return pl.DataFrame(series), numeros, []
    lignes = zip(*colonnes.values(), strict=True)
    fautes = [faute(n, dict(zip(colonnes, ligne, strict=True))) for n, ligne in zip(numeros, lignes, strict=True)]
    saines = [rang for rang, faute in enumerate(fautes) if not faute]
    series = [pl.Series(nom.strip(), [valeurs[n] for n in saines], pl.String) for nom, valeurs in colonnes.items()]
    return pl.DataFrame(series), [numeros[rang] for rang in saines], [faute for faute in fautes if faute]


def valeurs_impossibles(tableau: pl.DataFrame) -> pl.Series:
    """Rows with a text that cannot be stored; checking by column is twenty times faster than by row."""
    if not tableau.width:
        return pl.Series(dtype=pl.Boolean)
    textes = pl.all()
    interdites = (textes.str.len_bytes() > _CHAMP_MAXIMAL) | textes.str.contains("\0", literal=True)
    return tableau.select(pl.any_horizontal(interdites).fill_null(False)).to_series()


def _colonnes(lignes: list[Mapping[str, str | None]]) -> dict[str, Sequence[str | None]]:
    noms = [*lignes[0]]
    if len(noms) > 1 and {*map(len, lignes)} == {len(noms)}:
        with suppress(KeyError):
            return dict(zip(noms, zip(*map(itemgetter(*noms), lignes), strict=True), strict=True))
    noms = [*dict.fromkeys(chain.from_iterable(lignes))]
    return {nom: [ligne.get(nom) for ligne in lignes] for nom in noms}


@contextmanager
def _refuser(chemin: Path) -> Iterator[None]:
    try:
        yield
    except (FCEError, MemoryError, SystemError):
        raise
    except Exception as erreur:  # any error of a parser on a broken file refuses the file
        raise refus(
            chemin,
            "format",
            f"il n'a pas la forme attendue ({type(erreur).__name__} : {str(erreur)[:200] or 'sans détail'}).",
        ) from erreur


def _proteger(lecteur: Lecteur, chemin: Path, taille: int) -> Iterator[Paquet]:
    lecture = lecteur.fonction
    with _refuser(chemin):
        yield from lecture.paquets(chemin) if isinstance(lecture, ParPaquets) else _par_paquets(lecture(chemin), taille)


def faute(numero: int, valeurs: Mapping[str, str | None]) -> Rejet | None:
    """Why a row cannot be stored, whatever its columns; None if it can."""
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
