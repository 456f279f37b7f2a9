"""Reading itself, run in the child process of ``isolee``: files to batches of checked rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from fce.sources.declaration import Auto, Csv, Lecteur, Parquet
from fce.sources.lecture.avance import en_avance
from fce.sources.lecture.commande import Lisible
from fce.sources.lecture.correspondance import Correspondance, correspondre
from fce.sources.lecture.lignes import faute, lots_de_lignes, valeurs_impossibles
from fce.sources.lecture.lot import Lot, Rejet
from fce.sources.lecture.ouverture import TAILLE_BLOC, genre
from fce.sources.lecture.parquet import Balayage, indices_du_lot
from fce.sources.lecture.refus import refus
from fce.sources.lecture.structure import BlocOctets, Structure
from fce.sources.lecture.taille import Compteur, octets_de_texte
from fce.sources.lecture.valeurs import Typage

Progression = Callable[[int, int], None]


def lire(
    source: Lisible,
    fichiers: Sequence[Path],
    *,
    progression: Progression | None = None,
    taille_bloc: int = TAILLE_BLOC,
    peut_etre_vide: bool = False,
    texte_max: int | None = None,
) -> Iterator[Lot]:
    """Read, check and type ``fichiers`` in this process; see ``isolee.lire``.

    ``texte_max``: decompressed bytes of text allowed per file.
    """
    total = sum(chemin.stat().st_size for chemin in fichiers if chemin.exists())
    decalage = termine = 0
    for chemin in fichiers:
        derniere = 1
        for lot, position, ligne in en_avance(_lire_un(source, Path(chemin), taille_bloc, peut_etre_vide, texte_max)):
            derniere = max(derniere, ligne)
            if progression is not None:
                progression(termine + position, total)
            yield _decaler(lot, decalage) if decalage else lot
        decalage += derniere
        termine += chemin.stat().st_size


def _lire_un(
    source: Lisible, chemin: Path, taille: int, peut_etre_vide: bool, texte_max: int | None
) -> Iterator[tuple[Lot, int, int]]:
    forme = source.fichier
    sorte = genre(chemin)
    if isinstance(forme, Parquet) and sorte != "parquet":
        raise refus(chemin, "format", "un fichier Parquet est attendu.")
    if isinstance(forme, Csv) and sorte == "parquet":
        raise refus(chemin, "format", "un fichier CSV est attendu, c'est un fichier Parquet.")
    typage = Typage(source, chemin)
    compteur = Compteur(chemin, texte_max)
    if isinstance(forme, Lecteur):
        lots = _lots_de_lignes(source, forme, chemin, typage, compteur)
    elif sorte == "parquet":
        lots = _lots_parquet(source, chemin, typage, compteur)
    else:
        csv = forme.csv if isinstance(forme, Auto) else forme if isinstance(forme, Csv) else Csv()
        lots = _lots_csv(source, csv, chemin, taille, typage, compteur)
    recues = 0
    precedent: tuple[Lot, int, int] | None = None
    for suivant in lots:
        recues += suivant[0].recues
        if precedent is not None:
            yield precedent
        precedent = suivant
    if precedent is None and peut_etre_vide:
        return
    if precedent is None or not recues:
        raise refus(chemin, "vide", "il ne contient aucune ligne de données.")
    precedent[0].avertissements += typage.avertissements()
    yield precedent


def _lots_csv(
    source: Lisible, csv: Csv, chemin: Path, taille: int, typage: Typage, compteur: Compteur
) -> Iterator[tuple[Lot, int, int]]:
    entete_dite = False
    for bloc in en_avance(Structure(source, csv, chemin, taille, compteur).blocs_d_enregistrements()):
        if not bloc.octets and not bloc.rejets:
            continue
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
    # polars must find the records that the structural pass counted.
    if brut.shape != (len(bloc.lignes), len(noms)):
        raise AssertionError(f"{brut.shape} read where {(len(bloc.lignes), len(noms))} was expected")
    return bloc.entete.correspondance.choisir(brut, pl.Series("ligne", bloc.lignes, pl.Int64))


def _lots_parquet(source: Lisible, chemin: Path, typage: Typage, compteur: Compteur) -> Iterator[tuple[Lot, int, int]]:
    octets = chemin.stat().st_size
    balayage = Balayage(chemin)
    correspondance = correspondre(source, chemin, [nom.strip() for nom in balayage.noms])
    typage.noms = correspondance.noms
    avertissements = correspondance.avertissements
    # Count the separators and line ends that the table would have in csv.
    compteur.exiger(balayage.lignes * len(correspondance.colonnes))
    ligne = 2
    # Undeclared columns are not decoded.
    for textes in en_avance(balayage.lots(correspondance.colonnes.values())):
        compteur.ajouter(octets_de_texte(textes))
        numeros = pl.int_range(ligne, ligne + textes.height, dtype=pl.Int64, eager=True)
        brut = correspondance.choisir(textes, numeros)
        ligne += textes.height
        mauvaises = valeurs_impossibles(brut.drop("ligne"))
        rejets_de_forme = _rejets_de_forme(brut, mauvaises)
        sains = brut.filter(~mauvaises) if rejets_de_forme else brut
        lignes, rejets, vidages = typage.typer(sains, indices_du_lot(sains.drop("ligne")))
        yield (
            Lot(lignes, _fusionner(rejets_de_forme, rejets), brut.height, avertissements, chemin, vidages),
            octets,
            ligne - 1,
        )
        avertissements = []


def _lots_de_lignes(
    source: Lisible, lecteur: Lecteur, chemin: Path, typage: Typage, compteur: Compteur
) -> Iterator[tuple[Lot, int, int]]:
    octets = chemin.stat().st_size
    derniere = 1
    correspondance: Correspondance | None = None
    for brut, places, rejets_de_forme in en_avance(lots_de_lignes(lecteur, chemin)):
        avertissements: list[str] = []
        if correspondance is None:
            # A layout without header: use the columns of the first batch.
            correspondance = correspondre(source, chemin, brut.columns)
            avertissements = correspondance.avertissements
            typage.noms = correspondance.noms
        compteur.ajouter(octets_de_texte(brut))
        textes = correspondance.choisir(brut, places)
        lignes, rejets, vidages = typage.typer(textes, indices_du_lot(textes.drop("ligne")))
        recues = textes.height + len(rejets_de_forme)
        numeros = [*places.tail(1).to_list(), *(r.ligne for r in rejets_de_forme), derniere]
        derniere = max(numeros)
        yield (
            Lot(lignes, _fusionner(rejets_de_forme, rejets), recues, avertissements, chemin, vidages),
            octets,
            derniere,
        )


def _rejets_de_forme(brut: pl.DataFrame, mauvaises: pl.Series) -> list[Rejet]:
    fautives = brut.filter(mauvaises).iter_rows(named=True) if mauvaises.any() else ()
    return [rejet for ligne in fautives if (rejet := faute(ligne.pop("ligne"), ligne))]


def _fusionner(un: list[Rejet], deux: list[Rejet]) -> list[Rejet]:
    return sorted([*un, *deux], key=lambda r: r.ligne) if un and deux else un or deux


def _decaler(lot: Lot, decalage: int) -> Lot:
    lot.lignes = lot.lignes.with_columns(pl.col("ligne") + decalage)
    lot.rejets = [replace(r, ligne=r.ligne + decalage) for r in lot.rejets]
    lot.vidages = [replace(r, ligne=r.ligne + decalage) for r in lot.vidages]
    return lot
