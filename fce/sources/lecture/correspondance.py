"""Match the columns of a file with the fields of its source: exact trimmed names, never guessed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from fce.sources.champs import Champ
from fce.sources.lecture.commande import Lisible
from fce.sources.lecture.refus import refus

SANS_NOM = "(sans nom "


@dataclass(frozen=True, slots=True)
class Correspondance:
    """``colonnes``: {attribute: column of the file}; ``constantes``: {attribute: text for every row}.

    ``noms``: {attribute: its name in messages about this file}.
    """

    colonnes: dict[str, str]
    constantes: dict[str, str | None] = field(default_factory=dict)
    noms: dict[str, str] = field(default_factory=dict)
    avertissements: list[str] = field(default_factory=list)

    def choisir(self, brut: pl.DataFrame, lignes: pl.Series) -> pl.DataFrame:
        return brut.select(
            *(pl.col(colonne).alias(attribut) for attribut, colonne in self.colonnes.items() if colonne in brut.columns)
        ).with_columns(
            *(pl.lit(valeur, dtype=pl.String).alias(attribut) for attribut, valeur in self.constantes.items()),
            lignes.alias("ligne"),
        )


def correspondre(source: Lisible, chemin: Path, noms: Sequence[str], ligne: int | None = None) -> Correspondance:
    """Match the columns ``noms`` of ``chemin`` with the fields of ``source``; ``ligne``: line of the header.

    Raises ImportRefuse: missing columns (lists the unknown ones), several columns for one pattern, unexpected file
    name.
    """
    colonnes: dict[str, str] = {}
    manquantes: list[str] = []
    for attribut, champ in source.champs.items():
        trouvees = _colonnes_de(champ, noms)
        if len(trouvees) > 1:
            motif = f"plusieurs colonnes pour « {champ.libelle} » : {_enumerer(trouvees)}."
            raise refus(chemin, "colonnes", motif, ligne=ligne)
        if trouvees:
            colonnes[attribut] = trouvees[0]
        elif not champ.optionnelle and (champ.motif or champ.colonne):
            manquantes.append(f"{champ.libelle} (de la forme {champ.motif})" if champ.motif else champ.colonne)
    inconnues = [n for n in noms if n not in colonnes.values() and not n.startswith(SANS_NOM)]
    if manquantes:
        motif = f"colonnes manquantes : {', '.join(manquantes)}"
        if inconnues:
            motif += f" ; colonnes inconnues : {_enumerer(inconnues)}"
        raise refus(chemin, "colonnes", motif + ".", ligne=ligne)
    avertissements = []
    if inconnues and not source.layout_partiel:
        avertissements.append(f"Colonnes inconnues, ignorées : {_enumerer(inconnues)}.")
    constantes = {a: _constante(source, c, chemin, colonnes) for a, c in source.champs.items() if est_constante(c)}
    noms_dits = {a: colonnes.get(a) or c.colonne or c.libelle for a, c in source.champs.items()}
    return Correspondance(colonnes, constantes, noms_dits, avertissements)


def _colonnes_de(champ: Champ, noms: Sequence[str]) -> list[str]:
    if champ.motif:
        return [nom for nom in noms if re.fullmatch(champ.motif, nom)]
    return [champ.colonne] if champ.colonne and champ.colonne in noms else []


def _enumerer(noms: Sequence[str]) -> str:
    return ", ".join(nom[:60] for nom in noms[:20])


def connait(source: Lisible, noms: Iterable[str]) -> bool:
    vus = set(noms)
    motifs = [c.motif for c in source.champs.values() if c.motif]
    return bool(vus & set(source.colonnes)) or any(re.fullmatch(motif, nom) for motif in motifs for nom in vus)


def est_constante(champ: Champ) -> bool:
    """Whether the value comes from the file name or a column name, hence is the same on every row."""
    return bool(champ.depuis_nom or champ.depuis_colonne)


def _constante(source: Lisible, champ: Champ, chemin: Path, colonnes: dict[str, str]) -> str | None:
    if champ.depuis_nom:
        trouve = re.search(champ.depuis_nom, chemin.name)
        if trouve is None and not champ.optionnelle:
            raise refus(
                chemin,
                "nom",
                f"le nom du fichier ne dit pas « {champ.libelle} » (forme attendue : {champ.depuis_nom}).",
            )
    else:
        colonne = colonnes.get(champ.depuis_colonne, "")
        trouve = re.fullmatch(source.champs[champ.depuis_colonne].motif, colonne) if colonne else None
    return trouve[1] if trouve else None
