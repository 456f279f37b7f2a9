"""Documents of establishments."""

import polars as pl

from fce.recherche.engines.champs import ENTRE_LES_TEXTES
from fce.recherche.engines.colonnes import bout_a_bout, par_valeur, sans_doublon
from fce.recherche.index.codage import D_ETABLISSEMENT
from fce.recherche.index.documents.apports import FaitsEnColonnes, faits_des_lieux
from fce.recherche.index.documents.communs import codes_de, creation, effectifs
from fce.recherche.index.documents.lieux import adresses, enseignes, places
from fce.recherche.index.documents.rangs import rang_d_un_etablissement

_RANG = (
    "etat_administratif",
    "tranche_effectifs",
    "etablissement_siege",
    "caractere_employeur",
    "categorie_entreprise",
)
_COMMUN = ("noms", "cles", "comptes_herites", "filtres_herites", "categorie_entreprise")
"""Columns inherited from the company."""


def lieux_complets(lieux: pl.DataFrame) -> pl.DataFrame:
    """Add the columns shared with the company's document: place, enseignes."""
    return lieux.with_columns(*places(lieux), *enseignes(lieux))


def documents(lieux: pl.DataFrame, unites: pl.DataFrame, apports: FaitsEnColonnes) -> pl.DataFrame:
    """Return the document of each establishment (``lieux_complets``). ``unite``: row of its company."""
    commun = unites.select(pl.col(_COMMUN).gather(lieux["unite"]))
    complets = lieux.with_columns(*commun, *codes_de(lieux, D_ETABLISSEMENT))
    # A closed establishment has the state « C », like a ceased company.
    du_fichier = pl.col("etat_administratif")
    etat = pl.when(du_fichier == "A").then(pl.lit("etat:A")).when(du_fichier != "").then(pl.lit("etat:C"))
    codes = bout_a_bout(["comptes", "comptes_herites", etat, "place_comptes"], ENTRE_LES_TEXTES)
    return complets.select(
        pl.col("siren", "siret").cast(pl.Int64),
        pl.col("noms").alias("nom"),
        bout_a_bout(["premiere_cle", "cles", "autres_cles"], ENTRE_LES_TEXTES).alias("exact"),
        sans_doublon(pl.col("mots_d_enseigne")).alias("enseigne"),
        codes.alias("codes"),
        bout_a_bout(["filtres", "filtres_herites", "place_filtres"]).alias("filtres"),
        sans_doublon(bout_a_bout([adresses(lieux), "place_mots", "noms", "mots_d_enseigne"])).alias("mots"),
        "rang_commune",
        "carreau",
        creation(),
        "ligne",
        effectifs(complets),
        par_valeur(complets, _RANG, lambda *v: (rang_d_un_etablissement(*v),), {"rang": pl.Int64})["rang"],
        faits_des_lieux(complets, apports),
    )
