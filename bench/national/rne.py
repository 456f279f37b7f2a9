"""Formalities of a synthetic national register of companies in INPI's JSON, one per registered company."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from bench.national.lexique import PREMIER, Entiers, Lexique, Masque, avec_cle, jour, si, zipf

POUVOIRS_MAX = 4
_ROLES = {"5": ("73", "30", "53", "71"), "6": ("29", "30", "29", "71")}


class Inscrites(NamedTuple):
    """Registered companies, as columns: numbers, texts, sole traders, masked ones."""

    siren: pl.Series
    physique: Masque
    masque: Masque
    creation: Entiers
    traitement: Entiers
    juridique: pl.Series
    denomination: pl.Series
    nom: pl.Series
    prenom: pl.Series


def formalites(lexique: Lexique, alea: np.random.Generator, unites: Inscrites) -> tuple[pl.Series, int]:
    """(one JSON formality per company, number of offices that the reader of directors finds)"""
    n, physique = len(unites.siren), unites.physique
    suites = (alea.random((3, n)) < [[0.3], [0.4], [0.5]]).cumprod(axis=0).sum(axis=0)
    pouvoirs = np.where(physique, 0, 1 + suites)
    table = pl.DataFrame(
        {
            "siren": unites.siren,
            "jour": jour(unites.traitement),
            "creation": jour(unites.creation),
            "diffusion": si(unites.masque, "N", "O"),
            "forme": si(physique, "1000", unites.juridique),
            "denomination": unites.denomination,
            "entrepreneur": _personnes(lexique, alea, unites.nom, unites.prenom),
            "pouvoirs": _pouvoirs(lexique, alea, unites.juridique, pouvoirs),
            "capital": pl.Series(alea.integers(1, 5_000, n) * 100).cast(pl.String),
        }
    )
    morale = _garnir(_MORALE, "siren", "denomination", "creation", "capital", "pouvoirs")
    personne = pl.when(pl.Series(physique)).then(_garnir(_PHYSIQUE, "siren", "entrepreneur")).otherwise(morale)
    genre = pl.when(pl.Series(physique)).then(pl.lit("P")).otherwise(pl.lit("M"))
    textes = table.with_columns(personne=personne, genre=genre).select(
        _garnir(_FORMALITE, "jour", "siren", "siren", "genre", "diffusion", "creation", "forme", "personne")
    )
    # The reader does not name sole traders in diffusion partielle.
    return textes.to_series(), int((physique & ~unites.masque).sum()) + int(pouvoirs.sum())


def _personnes(lexique: Lexique, alea: np.random.Generator, noms: pl.Series, prenoms: pl.Series) -> pl.Series:
    n = len(noms)
    autres = si(alea.random(n) < 0.5, ',"' + zipf(alea, lexique.prenoms, n) + '"', "")
    annee = pl.Series(alea.integers(1940, 2005, n)).cast(pl.String)
    mois = pl.Series(alea.integers(1, 13, n)).cast(pl.String).str.zfill(2)
    colonnes = {"nom": noms, "prenom": prenoms, "autres": autres, "annee": annee, "mois": mois}
    return pl.DataFrame(colonnes).select(_garnir(_INDIVIDU, *colonnes)).to_series()


def _pouvoirs(lexique: Lexique, alea: np.random.Generator, juridique: pl.Series, pouvoirs: Entiers) -> pl.Series:
    places = np.repeat(np.arange(len(pouvoirs)), pouvoirs)
    ordres, n = np.arange(len(places)) - np.searchsorted(places, places), len(places)
    civile = juridique.gather(places).str.starts_with("6").to_numpy()
    role = pl.concat([pl.Series(roles) for roles in _ROLES.values()]).gather(ordres + civile * POUVOIRS_MAX)
    gens = _personnes(lexique, alea, zipf(alea, lexique.noms, n), zipf(alea, lexique.prenoms, n))
    siren = pl.Series(avec_cle(alea.integers(PREMIER, PREMIER + 1_000_000, n), 9)).cast(pl.String)
    table = pl.DataFrame({"r": role, "p": gens, "s": siren, "d": zipf(alea, lexique.partages, n)})
    societe = pl.when(pl.Series(alea.random(n) < 0.08)).then(_garnir(_POUVOIR_SOCIETE, "r", "s", "d"))
    textes = table.select(texte=societe.otherwise(_garnir(_POUVOIR_INDIVIDU, "r", "p")), place=pl.Series(places))
    reunis = textes.group_by("place", maintain_order=True).agg(pl.col("texte").str.join(","))
    rangs = pl.DataFrame({"place": np.arange(len(pouvoirs))})
    return rangs.join(reunis, on="place", how="left", maintain_order="left")["texte"].fill_null("")


def _garnir(gabarit: str, *colonnes: str | pl.Expr) -> pl.Expr:
    """The template with a column at each « ¤ »."""
    morceaux = gabarit.split("¤")
    parties: list[pl.Expr] = [pl.lit(morceaux[0])]
    for colonne, suite in zip(colonnes, morceaux[1:], strict=True):
        parties += [pl.col(colonne) if isinstance(colonne, str) else colonne, pl.lit(suite)]
    return pl.concat_str(parties)


_ADRESSE = """
{"roleAdressePresent":false,"codePostalPresent":true,"communePresent":true,"codeInseeCommunePresent":true,
"typeVoiePresent":true,"voiePresent":true,"voieCodifieePresent":false,"numVoiePresent":true,
"indiceRepetitionPresent":false,"distributionSpecialePresent":false,"communeAnciennePresent":false,"rgpdPresent":false,
"datePriseEffetAdressePresent":false,"complementLocalisationPresent":false,"communeDeRattachementPresent":false,
"caracteristiquesPresent":true,"indicateurValidationBANPresent":true,"cedexPresent":false,"pays":"FRANCE",
"codePays":"FRA","codePostal":"75001","commune":"PARIS","codeInseeCommune":"75101","typeVoie":"RUE",
"voie":"DE~LA~FICTION","numVoie":"10","caracteristiques":{"ambulant":false}}
"""


def _json(texte: str) -> str:
    """A JSON template on one line, as INPI writes it; « § » stands for an address, « ~ » for a kept space."""
    return "".join(texte.replace("§", _ADRESSE).split()).replace("~", " ")


_INDIVIDU = _json(
    """
    {"descriptionPersonne":{"nom":"¤","prenoms":["¤"¤],"dateDeNaissance":"¤-¤","dateDeNaissancePresent":true,
    "lieuDeNaissancePresent":true,"nationalite":"FRANCE","codeNationalite":"FRA","situationMatrimonialePresent":false},
    "adresseDomicile":{}}
    """
)
_POUVOIR_INDIVIDU = _json(
    """
    {"roleEntreprise":"¤","typeDePersonne":"INDIVIDU","actif":true,"indicateurActifAgricole":false,
    "secondRoleEntreprisePresent":false,"individu":¤,"adresseEntreprise":{}}
    """
)
_POUVOIR_SOCIETE = _json(
    """
    {"roleEntreprise":"¤","typeDePersonne":"ENTREPRISE","actif":true,"indicateurActifAgricole":false,
    "entreprise":{"siren":"¤","denomination":"¤","pays":"FRANCE","formeJuridique":"5710"},"adresseEntreprise":{}}
    """
)
_PHYSIQUE = _json(
    """
    "personnePhysique":{"identite":{"entreprise":{"siren":"¤"},"entrepreneur":¤},"adresseEntreprise":{"adresse":§}}
    """
)
_MORALE = _json(
    """
    "personneMorale":{"identite":{"entreprise":{"siren":"¤","denomination":"¤","dateImmat":"¤"},"description":{
    "objet":"Toutes~opérations~commerciales~se~rattachant~à~l'objet~social.","duree":99,
    "dateClotureExerciceSocial":"3112","capitalVariable":false,"montantCapital":¤,"deviseCapital":"EUR",
    "indicateurAssocieUnique":false,"ess":false}},"adresseEntreprise":{"adresse":§},
    "composition":{"pouvoirs":[¤]},"detailCessationEntreprise":{}}
    """
)
_FORMALITE = _json(
    """
    {"updatedAt":"¤T10:30:45+01:00","id":"65a1b2c3d4e5f6789abcdef0","nombreRepresentantsActifs":1,
    "nombreEtablissementsOuverts":1,"siren":"¤","formality":{"siren":"¤","typePersonne":"¤","diffusionINSEE":"¤",
    "content":{"succursaleOuFiliale":"AVEC_ETABLISSEMENT","formeExerciceActivitePrincipale":"COMMERCIALE",
    "natureCreation":{"dateCreation":"¤","societeEtrangere":false,"formeJuridique":"¤","microEntreprise":false,
    "etablieEnFrance":true,"salarieEnFrance":true,"relieeEntrepriseAgricole":false,"entrepriseAgricole":false,
    "eirl":false},¤}}}
    """
)
