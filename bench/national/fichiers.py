"""Files of a synthetic national register in the producers' layouts of 2026: unités légales, establishments, directors.

Company ``n`` depends only on its rank, the seed and the slice size, so that registers of several sizes are prefixes of
one another. One slice at a time: constant memory. Names follow Zipf's law over half a million invented words, French
trade words first; people share surnames and first names, and some companies share a name.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import polars as pl

from bench.national import SIRENE, SOURCES
from bench.national.lexique import PREMIER, Entiers, Lexique, Masque, avec_cle, jour, si, zipf
from bench.national.rne import Inscrites, formalites

GRAINE = 2026
TRANCHE = 100_000
PHYSIQUES, MASQUEES, HOMONYMES = 0.45, 0.08, 0.03
"""Shares of sole traders, of units in diffusion partielle, of companies with a shared name."""
MULTIPLES, AUTRES_LIEUX = 0.2, 2.35
"""Share of the companies with several establishments, and their mean number of additional ones."""
LIEUX_PAR_ENTREPRISE = 1 + MULTIPLES * AUTRES_LIEUX
GEANTE, LIEUX_GEANTE = 500_000, 3_000
"""One company in ``GEANTE`` has ``LIEUX_GEANTE`` more establishments."""
NON_DIFFUSIBLE = "[ND]"

_TYPES_VOIE = ("RUE",) * 9 + ("AV", "AV", "BD", "PL", "CHE", "RTE", "ALL", "IMP", "SQ", "QUAI", "ZA")
_JURIDIQUES = ("5710",) * 4 + ("5499",) * 4 + ("6540",) * 5 + ("9220",) * 4 + ("5498", "5720", "5599", "6599")
_TRANCHES = ("NN",) * 12 + ("00",) * 4 + ("01",) * 6 + ("02", "02", "03", "03", "11", "11", "12", "21", "22", "31")
_EFFECTIFS_VIDES = ("NN", "00")


class Fichiers(NamedTuple):
    unites: Path
    etablissements: Path
    dirigeants: Path
    lignes: dict[str, int]


def ecrire(
    dossier: Path,
    entreprises: int,
    *,
    graine: int = GRAINE,
    tranche: int = TRANCHE,
    lexique: Lexique | None = None,
    quoi: Collection[str] = tuple(SOURCES),
) -> Fichiers:
    """Write ``entreprises`` companies, their establishments and directors in ``dossier``; files not in ``quoi`` stay
    empty."""
    fichiers = Fichiers(
        dossier / "StockUniteLegale_utf8.csv",
        dossier / "StockEtablissement_utf8.csv",
        dossier / "stock_formalites_rne.zip",
        dict.fromkeys(SOURCES, 0),
    )
    entetes = {nom: colonnes(nom) for nom in SIRENE}
    with (
        fichiers.unites.open("wb") as unites,
        fichiers.etablissements.open("wb") as lieux,
        zipfile.ZipFile(fichiers.dirigeants, "w") as archive,
        ThreadPoolExecutor(3) as fils,
    ):
        for rang, faite in enumerate(tranches(entreprises, lexique, graine, tranche)):
            ecritures: dict[str, Callable[[], int]] = {
                "unites": partial(_en_csv, unites, faite.unites, entetes["unites"], rang == 0),
                "etablissements": partial(_en_csv, lieux, faite.etablissements, entetes["etablissements"], rang == 0),
                "dirigeants": partial(_en_membre, archive, f"stock_{rang:06d}.json", faite),
            }
            attente = {nom: fils.submit(ecritures[nom]) for nom in quoi}
            for nom, ecriture in attente.items():
                fichiers.lignes[nom] += ecriture.result()
    return fichiers


def colonnes(nom: str) -> list[str]:
    import django

    django.setup()
    from fce.sources import registre

    return [*registre.source(SOURCES[nom]).colonnes]


def _en_csv(flux: IO[bytes], contenu: Callable[[], dict[str, pl.Series]], noms: Sequence[str], entete: bool) -> int:
    valeurs = contenu()
    hauteur = len(next(iter(valeurs.values())))
    vide = pl.repeat(None, hauteur, dtype=pl.String, eager=True)
    pl.DataFrame({c: valeurs.get(c, vide) for c in noms}).write_csv(flux, include_header=entete)
    return hauteur


def _en_membre(archive: zipfile.ZipFile, nom: str, tranche: Tranche) -> int:
    textes, lignes = tranche.formalites()
    if len(textes):
        # A JSON array on as many lines, each beginning with its separator.
        tableau = pl.concat([si(np.arange(len(textes)) > 0, ",", "[") + textes, pl.Series(["]"])])
        with archive.open(nom, "w", force_zip64=True) as membre:
            tableau.to_frame().write_csv(membre, include_header=False, quote_style="never")
    return lignes


def tranches(
    entreprises: int, lexique: Lexique | None = None, graine: int = GRAINE, taille: int = TRANCHE
) -> Iterator[Tranche]:
    lexique = lexique or Lexique(graine)
    for debut in range(0, entreprises, taille):
        yield Tranche(lexique, debut, min(entreprises, debut + taille), graine)


class Tranche:
    """Consecutive companies with their establishments and directors, as columns."""

    def __init__(self, lexique: Lexique, debut: int, fin: int, graine: int) -> None:
        self.lexique = lexique
        self.graine = [graine, 2, debut]
        self.nombre = n = fin - debut
        self.rangs = np.arange(debut, fin)
        alea = self._alea(0)
        self.numeros = avec_cle(self.rangs + PREMIER, 9)
        self.siren = pl.Series(self.numeros).cast(pl.String)
        self.physique = alea.random(n) < PHYSIQUES
        self.masque = alea.random(n) < MASQUEES
        self.active = alea.random(n) < 0.6
        self.creation: Entiers = alea.integers(-5_000, 20_400, n)
        self.nom = zipf(alea, lexique.noms, n)
        self.prenom = zipf(alea, lexique.prenoms, n)
        self.juridique = self._choix(alea, _JURIDIQUES, n)
        self.activite = zipf(alea, lexique.activites, n)
        self.traitement: Entiers = alea.integers(19_800, 20_540, n)

    def _alea(self, usage: int) -> np.random.Generator:
        """One generator per use, so that a change to one file does not change the others."""
        return np.random.default_rng([*self.graine, usage])

    @staticmethod
    def _choix(alea: np.random.Generator, valeurs: Sequence[str], nombre: int) -> pl.Series:
        return pl.Series(valeurs, dtype=pl.String).gather(alea.integers(0, len(valeurs), nombre))

    @cached_property
    def denomination(self) -> pl.Series:
        alea = self._alea(1)
        mots = 1 + (alea.random((3, self.nombre)) < [[0.9], [0.45], [0.25]]).sum(axis=0)
        noms = zipf(alea, self.lexique.mots, self.nombre)
        for rang in range(1, 4):
            suivant = " " + zipf(alea, self.lexique.mots, self.nombre)
            noms = noms + si(mots > rang, suivant, "")
        partage = zipf(alea, self.lexique.partages, self.nombre)
        return si(alea.random(self.nombre) < HOMONYMES, partage, noms)

    def unites(self) -> dict[str, pl.Series]:
        alea, n, physique, cachee = self._alea(2), self.nombre, self.physique, self.masque
        tranche = self._choix(alea, _TRANCHES, n)
        employeur = ~tranche.is_in(list(_EFFECTIFS_VIDES)).to_numpy() & self.active
        association = self.juridique.str.starts_with("92").to_numpy() & ~physique
        rna = "W" + pl.Series(self.rangs % 1_000_000_000).cast(pl.String).str.zfill(9)
        nom, prenom = _cacher(self.nom, cachee), _cacher(self.prenom, cachee)
        denomination = _cacher(self.denomination, cachee)
        return {
            "siren": self.siren,
            "statutDiffusionUniteLegale": si(cachee, "P", "O"),
            "dateCreationUniteLegale": jour(self.creation),
            "sexeUniteLegale": si(physique, self._choix(alea, ("M", "F"), n)),
            "prenom1UniteLegale": si(physique, prenom),
            "prenomUsuelUniteLegale": si(physique, prenom),
            "identifiantAssociationUniteLegale": si(association & (alea.random(n) < 0.6), rna),
            "trancheEffectifsUniteLegale": tranche,
            "anneeEffectifsUniteLegale": si(employeur, "2023"),
            "dateDernierTraitementUniteLegale": _instant(self.traitement),
            "nombrePeriodesUniteLegale": self._choix(alea, ("1", "2", "3", "4"), n),
            "categorieEntreprise": si(employeur, self._choix(alea, ("PME",) * 60 + ("ETI", "GE"), n)),
            "anneeCategorieEntreprise": si(employeur, "2023"),
            "dateDebut": jour(np.maximum(self.creation, 13_000)),
            "etatAdministratifUniteLegale": si(self.active, "A", "C"),
            "nomUniteLegale": si(physique, nom),
            "denominationUniteLegale": si(~physique, denomination),
            "sigleUniteLegale": si(~physique & ~cachee & (alea.random(n) < 0.05), self.nom.str.slice(0, 4)),
            "categorieJuridiqueUniteLegale": si(physique, "1000", self.juridique),
            "activitePrincipaleUniteLegale": self.activite,
            "nomenclatureActivitePrincipaleUniteLegale": si(physique | ~physique, "NAFRev2"),
            "nicSiegeUniteLegale": self._siret(self.numeros, np.zeros(n, dtype=np.int64)).str.slice(9),
            "economieSocialeSolidaireUniteLegale": si(association, "O", "N"),
            "societeMissionUniteLegale": si(~physique & (alea.random(n) < 0.001), "O", "N"),
            "caractereEmployeurUniteLegale": si(employeur, "O", "N"),
        }

    @staticmethod
    def _siret(numeros: Entiers, ordres: Entiers) -> pl.Series:
        return pl.Series(avec_cle(numeros * 10_000 + ordres + 1, 14)).cast(pl.String)

    @cached_property
    def _lieux(self) -> tuple[Entiers, Entiers]:
        alea = self._alea(3)
        autres = (alea.random(self.nombre) < MULTIPLES) * alea.geometric(1 / AUTRES_LIEUX, self.nombre)
        autres[self.rangs % GEANTE == GEANTE // 2] += LIEUX_GEANTE
        places = np.repeat(np.arange(self.nombre), autres + 1)
        return places, np.arange(len(places)) - np.searchsorted(places, places)

    def etablissements(self) -> dict[str, pl.Series]:
        """Non-empty columns of the establishments; the siège comes first."""
        places, ordres = self._lieux
        alea, n, lexique = self._alea(4), len(places), self.lexique
        siret = self._siret(self.numeros[places], ordres)
        cachee, ouvert = self.masque[places], self.active[places] & ((ordres == 0) | (alea.random(n) < 0.6))
        villes = np.searchsorted(lexique.habitants, alea.random(n) * lexique.habitants[-1], side="right")
        ville = {nom: lexique.communes[nom].gather(villes) for nom in lexique.communes.columns}
        numero = pl.Series(alea.integers(1, 180, n)).cast(pl.String)
        tranche = self._choix(alea, _TRANCHES, n)
        enseigne = zipf(alea, lexique.mots, n) + " " + zipf(alea, lexique.mots, n)
        abscisse = pl.Series(np.round(alea.random(n) * 9e5 + 1e5, 2)).cast(pl.String)
        creation = np.minimum(self.creation[places] + ordres * 200, 20_500)
        return {
            "siren": self.siren.gather(places),
            "nic": siret.str.slice(9),
            "siret": siret,
            "statutDiffusionEtablissement": si(cachee, "P", "O"),
            "dateCreationEtablissement": jour(creation),
            "trancheEffectifsEtablissement": tranche,
            "anneeEffectifsEtablissement": si(~tranche.is_in(list(_EFFECTIFS_VIDES)).to_numpy(), "2023"),
            "dateDernierTraitementEtablissement": _instant(self.traitement[places]),
            "etablissementSiege": si(ordres == 0, "true", "false"),
            "nombrePeriodesEtablissement": self._choix(alea, ("1", "2", "3", "4"), n),
            "complementAdresseEtablissement": si((alea.random(n) < 0.1) & ~cachee, "BATIMENT B"),
            "numeroVoieEtablissement": si(alea.random(n) < 0.85, _cacher(numero, cachee)),
            "typeVoieEtablissement": _cacher(self._choix(alea, _TYPES_VOIE, n), cachee),
            "libelleVoieEtablissement": _cacher(zipf(alea, lexique.voies, n), cachee),
            "codePostalEtablissement": ville["postal"],
            "libelleCommuneEtablissement": ville["nom"],
            "codeCommuneEtablissement": ville["code"],
            "identifiantAdresseEtablissement": si(~cachee, ville["code"] + "0042_B"),
            "coordonneeLambertAbscisseEtablissement": _cacher(abscisse, cachee),
            "coordonneeLambertOrdonneeEtablissement": _cacher(abscisse.str.replace("^.", "6"), cachee),
            "dateDebut": jour(np.maximum(creation, 13_000)),
            "etatAdministratifEtablissement": si(ouvert, "A", "F"),
            "enseigne1Etablissement": si((alea.random(n) < 0.1) & ~cachee, enseigne),
            "activitePrincipaleEtablissement": self.activite.gather(places),
            "nomenclatureActivitePrincipaleEtablissement": si(ouvert | ~ouvert, "NAFRev2"),
            "caractereEmployeurEtablissement": si(ouvert & (alea.random(n) < 0.3), "O", "N"),
        }

    def formalites(self) -> tuple[pl.Series, int]:
        """(JSON formalities of the registered companies, number of directors they name); associations have none."""
        places = np.flatnonzero(self.physique | ~self.juridique.str.starts_with("92").to_numpy())
        textes = [self.siren, self.juridique, self.denomination, self.nom, self.prenom]
        siren, juridique, denomination, nom, prenom = (serie.gather(places) for serie in textes)
        physique, masque = self.physique[places], self.masque[places]
        creation, traitement = self.creation[places], self.traitement[places]
        unites = Inscrites(siren, physique, masque, creation, traitement, juridique, denomination, nom, prenom)
        return formalites(self.lexique, self._alea(5), unites)


def _cacher(valeurs: pl.Series, cachees: Masque) -> pl.Series:
    return si(cachees, NON_DIFFUSIBLE, valeurs)


def _instant(jours: Entiers) -> pl.Series:
    return jour(jours) + "T06:30:00"
