"""Facts of other sources (``alimentations``) as columns of the documents."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import polars as pl

from fce.donnees.entreprises.apports import FaitApporte
from fce.recherche.engines.champs import ENTRE_LES_TEXTES
from fce.recherche.engines.colonnes import bout_a_bout, sans_doublon
from fce.recherche.question.alimentations import Nourriture
from fce.socle.base.colonnes import lignes_en_colonnes

_UNITES = ("faits", "personnes", "mentions", "autres_noms", "numeros_rna")
_LIEUX = ("siret", "siens")


class FaitsEnColonnes(NamedTuple):
    """``unites``: one row per company with facts (``unite``: its index). ``lieux``: one row per establishment with
    facts, known or not."""

    unites: pl.DataFrame
    lieux: pl.DataFrame


def apports_en_colonnes(
    faits: Iterable[Sequence[FaitApporte]], nourriture_de: Callable[[Sequence[FaitApporte]], Nourriture]
) -> FaitsEnColonnes:
    """Return the facts of each company as columns."""
    unites: list[tuple[Any, ...]] = []
    lieux: list[tuple[Any, ...]] = []
    for unite, siens in enumerate(faits):
        if not siens:
            continue
        codes, par_siret, mots, mentions, noms, rna = nourriture_de(siens)
        textes = (_SEPARER(codes), " ".join(mots), _SEPARER(mentions), _SEPARER(noms), " ".join(map(_RNA, rna)))
        unites.append((unite, *textes))
        lieux += [(unite, siret, _SEPARER(autres)) for siret, autres in par_siret.items()]
    return FaitsEnColonnes(_en_colonnes(_UNITES, unites), _en_colonnes(_LIEUX, lieux))


_SEPARER, _RNA = ENTRE_LES_TEXTES.join, "w:{}".format


def _en_colonnes(champs: Sequence[str], lignes: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    """Index of the company, then texts, null when empty."""
    types = {"unite": pl.UInt32} | dict.fromkeys(champs, pl.String)
    colonnes = lignes_en_colonnes(types, lignes)
    return colonnes.with_columns(pl.when(pl.col(c) != "").then(c) for c in champs)


def faits_des_lieux(lieux: pl.DataFrame, apports: FaitsEnColonnes) -> pl.Series:
    """Return the codes of each establishment: its own, then its company's."""
    joints = (
        lieux.select("unite", "siret")
        .join(apports.lieux.select("siret", "siens"), on="siret", how="left", maintain_order="left")
        .join(apports.unites.select("unite", "faits"), on="unite", how="left", maintain_order="left")
    )
    return joints.select(_ensemble("siens", "faits")).to_series()


def faits_des_unites(unites: pl.DataFrame, lieux: pl.DataFrame, apports: FaitsEnColonnes) -> pl.Series:
    """Return the codes of each company: its own, then those of its establishments that count (``compte``: not masked,
    open or siège)."""
    siens = (
        apports.lieux.join(lieux.select("siret", "compte"), on="siret", how="left", maintain_order="left")
        .filter(pl.col("compte").fill_null(value=True))
        .group_by("unite", maintain_order=True)
        .agg(pl.col("siens").str.join(ENTRE_LES_TEXTES))
    )
    joints = (
        unites.select("unite")
        .join(apports.unites.select("unite", "faits"), on="unite", how="left", maintain_order="left")
        .join(siens, on="unite", how="left", maintain_order="left")
    )
    return joints.select(_ensemble("faits", "siens")).to_series()


def _ensemble(*colonnes: str) -> pl.Expr:
    """Distinct codes of these columns; null without any."""
    return sans_doublon(bout_a_bout(colonnes, ENTRE_LES_TEXTES), ENTRE_LES_TEXTES).alias("faits")
