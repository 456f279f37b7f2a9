"""Vocabulary of a synthetic register: words by frequency, people, streets, towns, activities, valid numbers."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from fce.demo.noms import liste
from fce.sources.lecture.cles import cle_juste

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")

PREMIER = 10_000_000
"""First eight digits of company 0; the ninth is the key."""
MOTS, NOMS, PRENOMS, VOIES = 500_000, 200_000, 3_000, 30_000
NOMS_PARTAGES = 20_000

Entiers = npt.NDArray[np.int64]
Masque = npt.NDArray[np.bool_]

_SYLLABES = liste(
    "BA BE BO BRA BRE CA CE CHA CLO CO COR DA DE DO DRE DU FA FE FLO FRA GA GE GLO GRA HA HE JA JO LA LE LI LO LU MA "
    "ME MI MO MON NA NE NI NO PA PE PLO PO PRE QUE RA RE RI RO ROU SA SE SI SO TA TE TI TO TRA TRE VA VE VI VO ZA "
    "BERT DEL DIER GNAC LAC LARD LIN MARD MONT NEL QUIN RAC REL RIN RON SAC TEC TIN VOUX ZEL"
)
METIERS = liste(
    "SARL SCI ASSOCIATION FRANCE SERVICES CONSEIL IMMOBILIER GROUPE HOLDING DE DES DU LA LES ET SAINT TRAVAUX "
    "RENOVATION TRANSPORTS BATIMENT FINANCE DEVELOPPEMENT GESTION COIFFURE RESTAURANT BOULANGERIE PHARMACIE GARAGE "
    "AUTO ELECTRICITE PLOMBERIE MACONNERIE PEINTURE MENUISERIE NETTOYAGE SECURITE FORMATION SPORT COMITE SYNDICAT "
    "COPROPRIETE ENERGIE INFORMATIQUE NUMERIQUE DISTRIBUTION COMMERCE INVESTISSEMENT PATRIMOINE PARTICIPATIONS "
    "AGRICOLE VITICOLE SANTE"
)
_PRENOMS = liste(
    "MARIE JEAN PIERRE MICHEL NATHALIE ISABELLE PHILIPPE SYLVIE ALAIN CATHERINE NICOLAS CHRISTOPHE LAURENT CELINE "
    "STEPHANE JULIE DAVID JULIEN THOMAS CAMILLE LEA MOHAMED KARIM FATIMA ANTOINE SOPHIE CLAIRE HELENE LUCAS HUGO"
)


class Lexique:
    """Words, names, streets and towns, most frequent first, determined by the seed."""

    def __init__(self, graine: int, mots: int = MOTS, noms: int = NOMS) -> None:
        alea = np.random.default_rng([graine, 1])
        self.mots = _mots(alea, mots, 2, METIERS)
        self.noms = _mots(alea, noms, 2, ())
        self.prenoms = _mots(alea, PRENOMS, 2, _PRENOMS)
        self.voies = zipf(alea, self.noms, VOIES) + " " + zipf(alea, self.mots, VOIES)
        self.partages = zipf(alea, self.mots, NOMS_PARTAGES) + " " + zipf(alea, self.mots, NOMS_PARTAGES)
        from fce.referentiels import naf
        from fce.referentiels.territoires.decoupage import decoder, lignes_communes

        communes = [c for c in map(decoder, lignes_communes()) if c.type == "actuelle" and c.codes_postaux]
        self.communes = pl.DataFrame(
            {
                "code": [c.code for c in communes],
                "nom": [c.nom.upper().replace("Œ", "OE") for c in communes],
                "postal": [c.codes_postaux[0] for c in communes],
            }
        )
        self.habitants = np.cumsum([float(c.population or 1) for c in communes])
        classes = [libelle.code for libelle in naf.libelles() if len(libelle.code) == 6]
        self.activites = pl.Series(classes, dtype=pl.String).sample(fraction=1, shuffle=True, seed=graine)


def _mots(alea: np.random.Generator, nombre: int, syllabes: int, premiers: Sequence[str]) -> pl.Series:
    sons = pl.Series(_SYLLABES, dtype=pl.String)
    longueurs = alea.integers(syllabes, syllabes + 3, nombre * 2)
    texte = pl.Series([""], dtype=pl.String).gather(np.zeros(nombre * 2, dtype=np.uint32))
    for rang in range(syllabes + 2):
        tirees = sons.gather(alea.integers(0, len(sons), nombre * 2))
        texte = texte + pl.select(pl.when(pl.Series(longueurs > rang)).then(tirees).otherwise(pl.lit(""))).to_series()
    return pl.concat([pl.Series(premiers, dtype=pl.String), texte]).unique(maintain_order=True).head(nombre)


def zipf(alea: np.random.Generator, vocabulaire: pl.Series, nombre: int) -> pl.Series:
    """``nombre`` words drawn with a probability in 1/rank: the logarithm of the rank is uniform."""
    rangs = np.exp(alea.random(nombre) * np.log(len(vocabulaire) + 1)).astype(np.int64) - 1
    return vocabulaire.gather(np.clip(rangs, 0, len(vocabulaire) - 1))


def avec_cle(debuts: Entiers, longueur: int) -> Entiers:
    """Append the key that makes a SIREN (9 digits) or a SIRET (14)."""
    entiers = debuts * 10
    for chiffre in range(1, 10):
        essai = debuts * 10 + chiffre
        entiers = np.where(cle_juste(essai, longueur), essai, entiers)
    return entiers


def si(condition: Masque, oui: pl.Series | str, non: pl.Series | str | None = None) -> pl.Series:
    """Choose texts row by row; null by default."""
    autres = pl.lit(non, dtype=pl.String) if non is None or isinstance(non, str) else non
    choisi = pl.when(pl.Series(condition)).then(pl.lit(oui) if isinstance(oui, str) else oui)
    return pl.select(choisi.otherwise(autres)).to_series()


def jour(jours: Entiers) -> pl.Series:
    """Days since 1970 as ISO dates."""
    return pl.Series(jours.astype(np.int32)).cast(pl.Date).dt.to_string("%Y-%m-%d")
