"""The two kinds of document of the index, whatever the engine: the company (U) and the establishment (E).

They are made of many companies at once, as columns (``colonnes``): one row per document, one column per field of
``champs.CHAMPS``, null where there is nothing. Words are already analysed (``analyse.racines``), separated by spaces.
Only public data ever comes here: rows arrive masked (``entreprises``), and a masked natural person gets no document at
all.

The address is searched in establishments only: « Leclerc » is not every company of an avenue du Général-Leclerc. All
their words (names, address, place) are also in one field, ``mots``: a number and a street, which very many bear, are
then intersected as they are, without being sought in each field.
The places of a company are those of its siège and of its open establishments. They are also kept apart for the siège
and for the others (``codes``), so that a place and « siège » hold on one same establishment.

What other sources say (``alimentations``) comes besides: a fact about an establishment is one of its company too, a
fact about a company is one of each of its establishments.

Not for a process that only answers: polars takes a hundred megabytes.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from fce.entreprises import lignes
from fce.entreprises.apports import FaitApporte
from fce.entreprises.colonnes import lieux_en_colonnes
from fce.entreprises.contenu import DocumentEntreprise
from fce.recherche import alimentations
from fce.recherche.alimentations import Nourriture
from fce.recherche.champs import Etat
from fce.recherche.documents import entreprises, etablissements
from fce.recherche.documents.apports import lire_les_apports
from fce.recherche.port import GENRES, LES_ETATS, Changements, Genre


class Documents(NamedTuple):
    """Of some companies and of their establishments: frames of documents, and the state of each of them."""

    entreprises: pl.DataFrame
    etablissements: pl.DataFrame
    etats_des_entreprises: pl.Series
    etats_des_etablissements: pl.Series

    def ranges(self) -> Iterator[tuple[Genre, Etat, pl.DataFrame]]:
        """Yield those of each kind and state."""
        for genre, lus, etats in zip(GENRES, self[:2], self[2:], strict=True):
            for etat in LES_ETATS:
                yield genre, etat, lus.filter(etats == etat)


def documents(
    sources: Sequence[DocumentEntreprise],
    seulement: Changements | None = None,
    lire_les_faits: Callable[[Sequence[FaitApporte]], Nourriture] = alimentations.lire,
) -> Documents:
    """Return the documents of these companies; ``seulement``: of their establishments, those that changed.

    There is none of a masked natural person, nor of its establishments, nor of a masked establishment of a visible one.
    """
    montrees = [s for s in sources if not (s.entreprise.personne_physique and s.entreprise.masque)]
    unites = entreprises.unites_lues(montrees)
    apports = lire_les_apports((s.faits for s in montrees), lire_les_faits)
    lieux = _lieux(montrees, unites)
    a_ecrire = lieux.filter("montre")
    if seulement is not None:
        numeros = a_ecrire.select("siren", "siret").iter_rows()
        a_ecrire = a_ecrire.filter([n in seulement.entieres or siret in seulement.lieux for n, siret in numeros])
    return Documents(
        entreprises.documents(unites, lieux, apports),
        etablissements.documents(a_ecrire, unites, apports),
        _etats(unites),
        _etats(a_ecrire),
    )


def _lieux(sources: Sequence[DocumentEntreprise], unites: pl.DataFrame) -> pl.DataFrame:
    """The establishments of companies: ``unite``, the row of their company, ``montre``, unless they are masked,
    ``compte``, when what is said of them is said of their company, ``ligne``, what a result shows of the open ones."""
    nombres = [len(s.etablissements) for s in sources]
    lus = [e for s in sources for e in s.etablissements]
    lieux = lieux_en_colonnes(lus).with_columns(
        pl.Series("unite", np.repeat(np.arange(len(sources), dtype=np.uint32), nombres)),
        pl.Series("ligne", [lignes.ecrire_etablissement(e) for e in lus], pl.Binary),
    )
    physiques = unites["personne_physique"].gather(lieux["unite"])
    montres = lieux.with_columns(montre=~(physiques & pl.col("masque")))
    return etablissements.lieux_lus(montres).with_columns(
        compte=pl.col("montre") & ((pl.col("etat") == "A") | pl.col("siege"))
    )


def _etats(lues: pl.DataFrame) -> pl.Series:
    return lues.select(pl.when(pl.col("etat") == "A").then(pl.lit("actif")).otherwise(pl.lit("cesse"))).to_series()
