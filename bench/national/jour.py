"""A day of changes to a synthetic register, in the format of the API Sirene.

Every changed unit has another head-count; half of the companies another name, the establishments another street, one in
twenty another state. ``decalage`` decides whether consecutive days change the same units.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from bench.national.fichiers import TRANCHE, colonnes, tranches
from bench.national.lexique import Lexique

PART_DES_UNITES = 0.4
TRAITE_LE = "2026-10-31T08:12:45.377"
SANS_SALARIE, UN_OU_DEUX = "NN", "01"
TEMOIN = "QUOTIDIENNE DU TEMOIN"
"""Name given to the first company that day; no word of the register makes it."""
_PERIODES = {
    "unites": ("periodesUniteLegale", "dateDernierTraitementUniteLegale", "unitesLegales"),
    "etablissements": ("periodesEtablissement", "dateDernierTraitementEtablissement", "etablissements"),
}
_DE_LA_PERIODE = (
    *("dateDebut", "enseigne", "etatAdministratif", "nomU", "nomenclature", "denomination", "categorieJuridique"),
    *("nicSiege", "activitePrincipaleUnite", "activitePrincipaleEtab", "economieSociale", "societeMission"),
    "caractere",
)
"""Prefixes of the fields of a period; other fields belong to the unit."""


def changements(
    chemin: Path,
    entreprises: int,
    nombre: int,
    lexique: Lexique | None = None,
    *,
    decalage: int = 0,
    traite_le: str = TRAITE_LE,
) -> str:
    """Write ``nombre`` changes over the whole register; return a name that only one company has from then on."""
    lots = -(-entreprises // TRANCHE)
    par_tranche = {"unites": int(nombre * PART_DES_UNITES), "etablissements": nombre - int(nombre * PART_DES_UNITES)}
    pages: dict[str, list[pl.DataFrame]] = {nom: [] for nom in _PERIODES}
    for tranche in tranches(entreprises, lexique):
        for nom, valeurs in (("unites", tranche.unites()), ("etablissements", tranche.etablissements())):
            table = pl.DataFrame(valeurs)
            table = table.filter(table[table.columns[0]].is_not_null())
            rangs = np.linspace(0, table.height - 1, par_tranche[nom] // lots + 1).astype(np.int64)
            pages[nom].append(_changees(nom, table[np.unique((rangs + decalage) % table.height)]))
    _nommer(pages["unites"])
    textes = [f'"{_PERIODES[nom][2]}":{_page(nom, pl.concat(tables), traite_le)}' for nom, tables in pages.items()]
    chemin.write_text(f"{{{','.join(textes)}}}", encoding="utf-8")
    return TEMOIN


def _changees(nom: str, lignes: pl.DataFrame) -> pl.DataFrame:
    unite, rangs = nom == "unites", pl.int_range(pl.len())
    de = "UniteLegale" if unite else "Etablissement"
    tranche, etat = (pl.col(f"{debut}{de}") for debut in ("trancheEffectifs", "etatAdministratif"))
    texte = pl.col("denominationUniteLegale" if unite else "libelleVoieEtablissement")
    autre = texte.shift(1, fill_value=texte.last())  # the value of the previous row
    echange = (
        (rangs % 2 == 0) & (texte != "[ND]") & (autre != "[ND]") if unite else (texte != "[ND]") & (autre != "[ND]")
    )
    ferme = "C" if unite else "F"
    return lignes.with_columns(
        pl.when(tranche == SANS_SALARIE)
        .then(pl.lit(UN_OU_DEUX))
        .otherwise(pl.lit(SANS_SALARIE))
        .alias(f"trancheEffectifs{de}"),
        pl.when(rangs % 20 > 0)
        .then(etat)
        .when(etat == "A")
        .then(pl.lit(ferme))
        .otherwise(pl.lit("A"))
        .alias(f"etatAdministratif{de}"),
        pl.when(echange).then(autre).otherwise(texte),
    )


def _nommer(unites: list[pl.DataFrame]) -> None:
    choisie = (unites[0]["denominationUniteLegale"] != "[ND]") & (unites[0]["etatAdministratifUniteLegale"] == "A")
    rang = int(choisie.fill_null(False).arg_true()[0])
    noms = unites[0]["denominationUniteLegale"].scatter(rang, TEMOIN)
    unites[0] = unites[0].with_columns(noms.alias("denominationUniteLegale"))


def _page(nom: str, lignes: pl.DataFrame, traite_le: str) -> str:
    periodes, traitement, _ = _PERIODES[nom]
    vides = [c for c in colonnes(nom) if c not in lignes.columns]
    lignes = lignes.with_columns(
        pl.lit(traite_le).alias(traitement), *(pl.lit(None, pl.String).alias(c) for c in vides)
    )
    siennes = [c for c in lignes.columns if c.startswith(_DE_LA_PERIODE)]
    periode = pl.struct(pl.lit(None, pl.String).alias("dateFin"), *siennes)
    return lignes.select(pl.exclude(siennes), pl.concat_list(periode).alias(periodes)).write_json()
