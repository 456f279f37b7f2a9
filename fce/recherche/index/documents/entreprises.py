"""Documents of companies."""

from collections.abc import Sequence

import polars as pl

from fce.donnees.entreprises import lignes
from fce.donnees.entreprises.colonnes import unites_en_colonnes
from fce.donnees.entreprises.contenu import DocumentEntreprise
from fce.recherche.engines.analyse import analyser
from fce.recherche.engines.champs import ENTRE_LES_TEXTES
from fce.recherche.engines.colonnes import bout_a_bout, par_valeur, sans_doublon
from fce.recherche.index.codage import D_ENTREPRISE, HERITES
from fce.recherche.index.documents.apports import FaitsEnColonnes, faits_des_unites
from fce.recherche.index.documents.communs import codes_de, creation, effectifs
from fce.recherche.index.documents.lieux import SECONDAIRE, SIEGE, cle_d_enseigne, marques
from fce.recherche.index.documents.noms import noms_des_unites
from fce.recherche.index.documents.rangs import rang_d_une_entreprise
from fce.referentiels.carreaux import SANS_LIEU

ENSEIGNES_MAX = 60
"""Distinct enseignes kept per company; establishments hold them all."""
_RANG = (
    "etat_administratif",
    "tranche_effectifs",
    "categorie_entreprise",
    "caractere_employeur",
    "ouverts_montres",
)


def unites_completes(sources: Sequence[DocumentEntreprise]) -> pl.DataFrame:
    """Return companies with their index (``unite``), names, codes, codes inherited by establishments, and result line
    (``ligne``)."""
    brutes = [s.entreprise for s in sources]
    unites = unites_en_colonnes(brutes)
    herites = codes_de(unites, HERITES).select(pl.all().name.suffix("_herites"))
    rangees = pl.Series("ligne", [lignes.ecrire_entreprise(s) for s in sources], pl.Binary)
    completes = unites.with_columns(*noms_des_unites(brutes), *codes_de(unites, D_ENTREPRISE), *herites, rangees)
    return completes.with_row_index("unite")


def documents(unites: pl.DataFrame, lieux: pl.DataFrame, apports: FaitsEnColonnes) -> pl.DataFrame:
    """Return the document of each company. ``lieux``: all their establishments (``montre``: not masked)."""
    montres = lieux.filter("montre")
    toutes = unites
    for autres in (_nombres(montres), _siege(montres), _secondaires(montres), apports.unites.drop("faits")):
        toutes = toutes.join(autres, on="unite", how="left", maintain_order="left")
    toutes = toutes.with_columns(pl.col("ouverts_montres").fill_null(0))
    toutes = toutes.join(_enseignes(montres, apports), on="unite", how="left", maintain_order="left")
    ailleurs = pl.col("secondaires").is_not_null()
    codes = bout_a_bout(
        [
            "comptes",
            pl.format("etat:{}", pl.when(pl.col("etat_administratif") != "").then("etat_administratif")),
            "place_comptes",
            pl.when(ailleurs).then(pl.lit("siege:non")),
            marques(pl.when(ailleurs).then("place_comptes"), SIEGE, ENTRE_LES_TEXTES),
            "secondaires_comptes",
        ],
        ENTRE_LES_TEXTES,
    )
    filtres = bout_a_bout(
        [
            "filtres",
            pl.format("w:{}", pl.when(pl.col("identifiant_association") != "").then("identifiant_association")),
            "place_filtres",
            marques(pl.when(ailleurs).then("place_filtres"), SIEGE, " "),
            "secondaires_filtres",
            "numeros_rna",
        ]
    )
    return toutes.select(
        pl.col("siren").cast(pl.Int64),
        pl.col("noms").alias("nom"),
        pl.col("noyaux").alias("noyau"),
        bout_a_bout(["cles", "cles_d_enseigne"], ENTRE_LES_TEXTES).alias("exact"),
        sans_doublon(pl.col("mots_d_enseigne")).alias("enseigne"),
        sans_doublon(codes, ENTRE_LES_TEXTES, ou=ailleurs).alias("codes"),
        sans_doublon(filtres, ou=ailleurs | pl.col("numeros_rna").is_not_null()).alias("filtres"),
        pl.col("place_mots").alias("commune"),
        "rang_commune",
        pl.col("carreau").fill_null(SANS_LIEU),
        sans_doublon(pl.col("secondaires_mots")).alias("lieux"),
        "personnes",
        "mentions",
        creation(),
        "ligne",
        effectifs(toutes),
        par_valeur(toutes, _RANG, lambda *v: (rang_d_une_entreprise(*v),), {"rang": pl.Int64})["rang"],
        faits_des_unites(unites, lieux, apports),
    )


def _nombres(montres: pl.DataFrame) -> pl.DataFrame:
    """Number of open, unmasked establishments per company."""
    return montres.group_by("unite").agg((pl.col("etat_administratif") == "A").sum().alias("ouverts_montres"))


def _siege(montres: pl.DataFrame) -> pl.DataFrame:
    """Place of each siège."""
    voulues = ("unite", "place_comptes", "place_filtres", "place_mots", "rang_commune", "carreau")
    return montres.filter("etablissement_siege").unique("unite", keep="last").select(voulues)


def _secondaires(montres: pl.DataFrame) -> pl.DataFrame:
    """Places of the other open establishments, if any (``secondaires``)."""

    def reunis(quoi: str, separateur: str) -> pl.Expr:
        codes = pl.col(f"place_{quoi}")
        siens = bout_a_bout([codes, marques(codes, SECONDAIRE, separateur)], separateur).str.join(separateur)
        return pl.when(siens != "").then(siens).alias(f"secondaires_{quoi}")

    mots = pl.col("place_mots").str.join(" ")
    return (
        montres.filter(~pl.col("etablissement_siege") & (pl.col("etat_administratif") == "A"))
        .group_by("unite", maintain_order=True)
        .agg(
            pl.len().alias("secondaires"),
            reunis("comptes", ENTRE_LES_TEXTES),
            reunis("filtres", " "),
            pl.when(mots != "").then(mots).alias("secondaires_mots"),
        )
    )


def _enseignes(montres: pl.DataFrame, apports: FaitsEnColonnes) -> pl.DataFrame:
    """Enseignes of the siège and open establishments, then other names."""
    ouvert_ou_siege = pl.col("etablissement_siege") | (pl.col("etat_administratif") == "A")
    siennes = montres.filter(ouvert_ou_siege & pl.col("enseignes").is_not_null())
    propres = (
        _une_par_une(siennes.select("unite", "enseignes"))
        .unique(maintain_order=True)
        .filter(pl.int_range(pl.len()).over("unite") < ENSEIGNES_MAX)
    )
    autres = apports.unites.select("unite", pl.col("autres_noms").alias("enseignes")).drop_nulls()
    toutes = pl.concat([propres, _une_par_une(autres)]).unique(maintain_order=True)
    sorties = {"cles_d_enseigne": pl.String, "mots_d_enseigne": pl.String}
    return (
        toutes.with_columns(*par_valeur(toutes, ["enseignes"], _analyser_une_enseigne, sorties))
        .group_by("unite", maintain_order=True)
        .agg(pl.col("cles_d_enseigne").str.join(ENTRE_LES_TEXTES), pl.col("mots_d_enseigne").str.join(" "))
    )


def _une_par_une(enseignes: pl.DataFrame) -> pl.DataFrame:
    return enseignes.with_columns(pl.col("enseignes").str.split(ENTRE_LES_TEXTES)).explode("enseignes")


def _analyser_une_enseigne(texte: str) -> tuple[str, str]:
    analyse = analyser(texte)
    return cle_d_enseigne(analyse), " ".join(analyse.racines)
