"""The one door of reading: files in, batches of checked rows out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from fce.sources.declaration import Auto, Csv, Lecteur, Parquet, Source
from fce.sources.lecture.avance import en_avance
from fce.sources.lecture.correspondance import Correspondance, correspondre
from fce.sources.lecture.lignes import lots_de_lignes
from fce.sources.lecture.lot import Lot, Rejet
from fce.sources.lecture.ouverture import TAILLE_BLOC, genre
from fce.sources.lecture.parquet import indices_du_lot, lots_parquet
from fce.sources.lecture.refus import refus
from fce.sources.lecture.structure import BlocOctets, Structure
from fce.sources.lecture.valeurs import Typage

Progression = Callable[[int, int], None]


def lire(
    source: Source,
    fichiers: Sequence[Path],
    *,
    progression: Progression | None = None,
    taille_bloc: int = TAILLE_BLOC,
    peut_etre_vide: bool = False,
) -> Iterator[Lot]:
    """Read, check and type ``fichiers`` as ``source`` declares them, in batches of about ``taille_bloc`` bytes.

    ``progression(read, total)`` is called from the consumer's thread, in bytes of the files as stored. Constant memory.
    Raises ``ImportRefuse`` when a file as a whole is not what it should be (without a row, unless ``peut_etre_vide``):
    nothing read so far must then be kept.
    """
    total = sum(chemin.stat().st_size for chemin in fichiers if chemin.exists())
    decalage = termine = 0
    for chemin in fichiers:
        derniere = 1
        for lot, position, ligne in en_avance(_lire_un(source, Path(chemin), taille_bloc, peut_etre_vide)):
            derniere = max(derniere, ligne)
            if progression is not None:
                progression(termine + position, total)
            yield _decaler(lot, decalage) if decalage else lot
        decalage += derniere
        termine += chemin.stat().st_size


def _lire_un(source: Source, chemin: Path, taille: int, peut_etre_vide: bool) -> Iterator[tuple[Lot, int, int]]:
    """Batches of one file, with the bytes consumed and the last line; warnings on values come with the last batch."""
    forme = source.fichier
    sorte = genre(chemin)
    if isinstance(forme, Parquet) and sorte != "parquet":
        raise refus(chemin, "format", "un fichier Parquet est attendu.")
    if isinstance(forme, Csv) and sorte == "parquet":
        raise refus(chemin, "format", "un fichier CSV est attendu, c'est un fichier Parquet.")
    typage = Typage(source, chemin)
    if isinstance(forme, Lecteur):
        lots = _lots_de_lignes(source, forme, chemin, typage)
    elif sorte == "parquet":
        lots = _lots_parquet(source, chemin, typage)
    else:
        csv = forme.csv if isinstance(forme, Auto) else forme if isinstance(forme, Csv) else Csv()
        lots = _lots_csv(source, csv, chemin, taille, typage)
    lues = 0
    precedent: tuple[Lot, int, int] | None = None
    for suivant in lots:
        lues += suivant[0].lues
        if precedent is not None:
            yield precedent
        precedent = suivant
    if precedent is None and peut_etre_vide:
        return
    if precedent is None or not lues:
        raise refus(chemin, "vide", "il ne contient aucune ligne de données.")
    precedent[0].avertissements += typage.avertissements()
    yield precedent


def _lots_csv(source: Source, csv: Csv, chemin: Path, taille: int, typage: Typage) -> Iterator[tuple[Lot, int, int]]:
    entete_dite = False
    for bloc in en_avance(Structure(source, csv, chemin, taille).lire()):
        if not bloc.octets and not bloc.rejets:
            continue  # nothing but blank lines
        brut = _tableau(csv, bloc)
        typage.noms = bloc.entete.correspondance.noms
        lignes, rejets, vidages = typage.typer(brut, bloc.indices)
        lot = Lot(lignes, _fusionner(bloc.rejets, rejets), brut.height + len(bloc.rejets), [], chemin, vidages)
        if not entete_dite:
            lot.avertissements += bloc.entete.correspondance.avertissements
            entete_dite = True
        derniere = max(int(bloc.lignes[-1]) if len(bloc.lignes) else 1, bloc.rejets[-1].ligne if bloc.rejets else 1)
        yield lot, bloc.position, derniere


def _tableau(csv: Csv, bloc: BlocOctets) -> pl.DataFrame:
    """The columns that the source declares, as text, named by attribute, with the line of each row."""
    noms = bloc.entete.noms
    if bloc.octets:
        brut = pl.read_csv(
            bloc.octets,
            has_header=False,
            new_columns=noms,
            separator=csv.separateur,
            quote_char='"',
            infer_schema=False,
        )
    else:
        brut = pl.DataFrame(schema=dict.fromkeys(noms, pl.String))
    # The structural pass has counted the records: a disagreement would mean rows silently lost or shifted.
    if brut.shape != (len(bloc.lignes), len(noms)):
        raise AssertionError(f"{brut.shape} read where {(len(bloc.lignes), len(noms))} was expected")
    return bloc.entete.correspondance.choisir(brut, pl.Series("ligne", bloc.lignes, pl.Int64))


def _lots_parquet(source: Source, chemin: Path, typage: Typage) -> Iterator[tuple[Lot, int, int]]:
    octets = chemin.stat().st_size
    lots = en_avance(lots_parquet(chemin))
    vide = next(lots)
    avant = {nom: nom.strip() for nom in vide.columns}
    correspondance = correspondre(source, chemin, list(avant.values()))
    typage.noms = correspondance.noms
    avertissements = correspondance.avertissements
    ligne = 2
    for textes in lots:
        numeros = pl.int_range(ligne, ligne + textes.height, dtype=pl.Int64, eager=True)
        brut = correspondance.choisir(textes.rename(avant), numeros)
        ligne += textes.height
        nuls = _caracteres_nuls(brut)
        rejets_nuls = [Rejet(int(n), None, None, "caractère nul (octet 0)") for n in brut["ligne"].filter(nuls)]
        sains = brut.filter(~nuls) if rejets_nuls else brut
        lignes, rejets, vidages = typage.typer(sains, indices_du_lot(sains.drop("ligne")))
        yield (
            Lot(lignes, _fusionner(rejets_nuls, rejets), brut.height, avertissements, chemin, vidages),
            octets,
            ligne - 1,
        )
        avertissements = []


def _lots_de_lignes(source: Source, lecteur: Lecteur, chemin: Path, typage: Typage) -> Iterator[tuple[Lot, int, int]]:
    octets = chemin.stat().st_size
    derniere = 1
    correspondance: Correspondance | None = None
    for brut, places, rejets_de_forme in en_avance(lots_de_lignes(lecteur, chemin)):
        avertissements: list[str] = []
        if correspondance is None:
            # A layout without a header: its columns are those of the first batch.
            correspondance = correspondre(source, chemin, brut.columns)
            avertissements = correspondance.avertissements
            typage.noms = correspondance.noms
        textes = correspondance.choisir(brut, places)
        lignes, rejets, vidages = typage.typer(textes, indices_du_lot(textes.drop("ligne")))
        lues = textes.height + len(rejets_de_forme)
        numeros = [*places.tail(1).to_list(), *(r.ligne for r in rejets_de_forme), derniere]
        derniere = max(numeros)
        yield (
            Lot(lignes, _fusionner(rejets_de_forme, rejets), lues, avertissements, chemin, vidages),
            octets,
            derniere,
        )


def _caracteres_nuls(brut: pl.DataFrame) -> pl.Series:
    textes = [c for c in brut.columns if c != "ligne"]
    return brut.select(
        pl.any_horizontal(pl.col(c).str.contains("\0", literal=True).fill_null(False) for c in textes)
    ).to_series()


def _fusionner(un: list[Rejet], deux: list[Rejet]) -> list[Rejet]:
    return sorted([*un, *deux], key=lambda r: r.ligne) if un and deux else un or deux


def _decaler(lot: Lot, decalage: int) -> Lot:
    lot.lignes = lot.lignes.with_columns(pl.col("ligne") + decalage)
    lot.rejets = [replace(r, ligne=r.ligne + decalage) for r in lot.rejets]
    lot.vidages = [replace(r, ligne=r.ligne + decalage) for r in lot.vidages]
    return lot
