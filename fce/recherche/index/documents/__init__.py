"""The two kinds of index documents, for any engine: company (U) and establishment (E).

Built for many companies at once, as columns (``colonnes``): one row per document, one column per field of
``champs.CHAMPS``, null when empty. Words are already analysed (``analyse.racines``), separated by spaces. Only public
data: rows arrive masked (``entreprises``), and a masked natural person has no document.

Addresses are searched in establishments only: « Leclerc » must not match every company of an avenue du Général-Leclerc.
An establishment's words (names, address, place) are also in one field, ``mots``, so that frequent words (street number,
street) intersect directly. A company's places are those of its siège and open establishments, also stored apart
(``codes``), so that a place and « siège » match the same establishment.

Facts of other sources (``alimentations``): an establishment's fact also counts for its company, and a company's fact
for its establishments.

Not for web processes: polars takes 100 MB.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from fce.donnees.entreprises import lignes
from fce.donnees.entreprises.apports import FaitApporte
from fce.donnees.entreprises.colonnes import lieux_en_colonnes
from fce.donnees.entreprises.contenu import DocumentEntreprise
from fce.recherche.engines.champs import Etat
from fce.recherche.engines.port import GENRES, LES_ETATS, Changements, Genre
from fce.recherche.index.documents import entreprises, etablissements
from fce.recherche.index.documents.apports import apports_en_colonnes
from fce.recherche.question import alimentations
from fce.recherche.question.alimentations import Nourriture


class Documents(NamedTuple):
    """Documents of some companies and their establishments, with their states."""

    entreprises: pl.DataFrame
    etablissements: pl.DataFrame
    etats_des_entreprises: pl.Series
    etats_des_etablissements: pl.Series

    def ranges(self) -> Iterator[tuple[Genre, Etat, pl.DataFrame]]:
        """Yield (kind, state, documents)."""
        for genre, siens, etats in zip(GENRES, self[:2], self[2:], strict=True):
            for etat in LES_ETATS:
                yield genre, etat, siens.filter(etats == etat)


def documents(
    sources: Sequence[DocumentEntreprise],
    seulement: Changements | None = None,
    nourriture_de: Callable[[Sequence[FaitApporte]], Nourriture] = alimentations.nourriture_de,
) -> Documents:
    """Return the documents of these companies. ``seulement``: only the changed establishments.

    Leaves out masked natural persons with their establishments, and masked establishments.
    """
    montrees = [
        s for s in sources if lignes.regime(s.entreprise.categorie_juridique, masque=s.entreprise.masque).listable
    ]
    unites = entreprises.unites_completes(montrees)
    apports = apports_en_colonnes((s.faits for s in montrees), nourriture_de)
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
    """Establishments of the companies. ``unite``: row of the company; ``montre``: not masked; ``compte``: its facts
    count for the company; ``ligne``: what a result shows of an open one."""
    nombres = [len(s.etablissements) for s in sources]
    tous = [e for s in sources for e in s.etablissements]
    lieux = lieux_en_colonnes(tous).with_columns(
        pl.Series("unite", np.repeat(np.arange(len(sources), dtype=np.uint32), nombres)),
        pl.col("etablissement_siege").fill_null(value=False),
        pl.Series("ligne", [lignes.ecrire_etablissement(e) for e in tous], pl.Binary),
    )
    masquables = [lignes.regime(s.entreprise.categorie_juridique, masque=True).listable for s in sources]
    listables = pl.Series(masquables, dtype=pl.Boolean).gather(lieux["unite"])
    montres = lieux.with_columns(montre=~pl.col("masque") | listables)
    return etablissements.lieux_complets(montres).with_columns(
        compte=pl.col("montre") & ((pl.col("etat_administratif") == "A") | pl.col("etablissement_siege"))
    )


def _etats(rangees: pl.DataFrame) -> pl.Series:
    actif = pl.col("etat_administratif") == "A"
    return rangees.select(pl.when(actif).then(pl.lit("actif")).otherwise(pl.lit("cesse"))).to_series()
