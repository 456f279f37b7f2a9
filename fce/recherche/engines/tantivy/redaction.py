"""Writes the documents of one fragment: for a full build, or for an update of the version in place.

Never imported by web processes (``documents`` is heavy).
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from itertools import chain, product
from pathlib import Path

import polars as pl
from tantivy import Index, IndexWriter, Query

from fce.recherche.engines.champs import CHAMPS, ENTRE_LES_TEXTES, Etat, Indexation
from fce.recherche.engines.colonnes import A_PLUSIEURS_VALEURS, en_json
from fce.recherche.engines.port import GENRES, LES_ETATS, Changements, Genre
from fce.recherche.engines.tantivy import debuts, lexique
from fce.recherche.engines.tantivy.blancs import BLANC, EN_SIGNES
from fce.recherche.engines.tantivy.pannes import lecture
from fce.recherche.engines.tantivy.parts import compter, fichier_des_partis, nom_fragment, ouvrir
from fce.recherche.engines.tantivy.schema import preparer, schema
from fce.recherche.engines.vocabulaire import CHAMPS_DU_LEXIQUE
from fce.socle.erreurs import IndexIllisible

MEMOIRE_PAR_FRAGMENT: dict[Etat, int] = {"actif": 136_000_000, "cesse": 84_000_000}
"""Bytes that each writer buffers before it closes a segment. Two fragments, with the merging of eight segments, then
take less than 3 GiB at every size measured (``docs/performance.md``)."""
MEMOIRE_D_UNE_RETOUCHE = 50_000_000
"""Bytes of one writer of an update (four writers per fragment): a day brings few documents."""
_COUPES = sorted(nom for nom in A_PLUSIEURS_VALEURS if CHAMPS[nom] is not Indexation.GARDE)
"""Multi-valued fields that are searched; those that are only stored are split when read."""


class RedacteurTantivy:
    """Writes one fragment: one tantivy index per kind and state, each with one indexing thread, then its vocabulary."""

    def __init__(self, version: Path, fragment: int) -> None:
        self._version, self._fragment = version, fragment
        self._index: dict[tuple[Genre, Etat], Index] = {}
        for genre in GENRES:
            for etat in LES_ETATS:
                chemin = version / nom_fragment(genre, etat, fragment)
                chemin.mkdir()
                self._index[genre, etat] = preparer(Index(schema(), path=str(chemin)))
        self._redacteurs: dict[tuple[Genre, Etat], IndexWriter] = {}

    def ajouter(self, genre: Genre, etat: Etat, documents: pl.DataFrame) -> None:
        redacteur = self._redacteurs.get((genre, etat)) or self._ouvrir(genre, etat)
        ajouter = redacteur.add_json
        for document in textes(genre, documents):
            ajouter(document)

    def terminer(self) -> None:
        """Commit (fsync) and wait for the merges."""
        _clore(self._redacteurs)
        parties = []
        for (genre, _), index in self._index.items():
            index.reload()
            parties.append(lexique.relever(index.searcher(), CHAMPS_DU_LEXIQUE[genre]))
        lexique.ecrire_partie(self._version, self._fragment, parties)

    def abandonner(self) -> None:
        _arreter(self._redacteurs)

    def _ouvrir(self, genre: Genre, etat: Etat) -> IndexWriter:
        redacteur = self._index[genre, etat].writer(heap_size=MEMOIRE_PAR_FRAGMENT[etat], num_threads=1)
        self._redacteurs[genre, etat] = redacteur
        return redacteur


class RedacteurDeRetouche:
    """Updates one fragment: deletes documents, adds others."""

    def __init__(self, version: Path, fragment: int) -> None:
        self._version, self._fragment = version, fragment
        self._index = {
            (genre, etat): ouvrir(version, genre, etat, fragment) for genre, etat in product(GENRES, LES_ETATS)
        }
        self._redacteurs: dict[tuple[Genre, Etat], IndexWriter] = {}
        self._mots: Counter[str] = Counter()
        self._attendus = sum(map(compter, self._index.values()))

    def retirer(self, changements: Changements) -> None:
        """Delete the documents that are about to be written again, in every state."""
        self._retirer("entreprises", "siren", changements.sirens)
        self._retirer("etablissements", "siren", changements.entieres)
        self._retirer("etablissements", "siret", changements.lieux)

    def ajouter(self, genre: Genre, etat: Etat, documents: pl.DataFrame) -> None:
        self._attendus += len(documents)
        for champ in CHAMPS_DU_LEXIQUE[genre]:
            if champ in documents.columns:
                self._mots.update(chain.from_iterable({*texte.split()} for texte in documents[champ].drop_nulls()))
        redacteur = self._redacteur(genre, etat)
        with lecture():
            for document in textes(genre, documents):
                redacteur.add_json(document)

    def terminer(self) -> None:
        """Commit (fsync) and wait for the merges."""
        with lecture():
            _clore(self._redacteurs)
        lexique.ecrire_partie(self._version, self._fragment, [lexique.mots_comptes(self._mots)])
        partis = self._attendus - sum(map(compter, self._index.values()))
        fichier_des_partis(self._version, self._fragment).write_text(str(partis), encoding="ascii")

    def abandonner(self) -> None:
        _arreter(self._redacteurs)

    def _retirer(self, genre: Genre, champ: str, numeros: Iterable[str]) -> None:
        if not (entiers := sorted(map(int, numeros))):
            return
        # By query: this binding encodes a term of an unsigned field wrongly, so deleting by term deletes nothing.
        voulus = Query.term_set_query(schema(), champ, entiers)
        for etat in LES_ETATS:
            with lecture():
                self._redacteur(genre, etat).delete_documents_by_query(voulus)

    def _redacteur(self, genre: Genre, etat: Etat) -> IndexWriter:
        cle = genre, etat
        if cle not in self._redacteurs:
            self._redacteurs[cle] = self._index[cle].writer(heap_size=MEMOIRE_D_UNE_RETOUCHE, num_threads=1)
        return self._redacteurs[cle]


def _clore(redacteurs: dict[tuple[Genre, Etat], IndexWriter]) -> None:
    for redacteur in redacteurs.values():
        redacteur.commit()
    for redacteur in redacteurs.values():
        redacteur.wait_merging_threads()
    redacteurs.clear()


def _arreter(redacteurs: dict[tuple[Genre, Etat], IndexWriter]) -> None:
    for redacteur in redacteurs.values():
        # The disk may have failed: the files are discarded anyway.
        with suppress(IndexIllisible), lecture():
            redacteur.wait_merging_threads()
    redacteurs.clear()


def textes(genre: Genre, documents: pl.DataFrame) -> list[str]:
    """Return documents as JSON, the fastest way through the binding; its integers map to unsigned fields."""
    complets = documents.with_columns(_debuts(documents)) if genre == "entreprises" else documents
    return en_json(complets.with_columns(_valeurs(complets[nom]) for nom in _COUPES if nom in complets.columns))


def _valeurs(textes: pl.Series) -> pl.Series:
    """The values of a field joined by spaces; white space inside a value is encoded first (rare)."""
    if textes.str.contains(BLANC).any():
        textes = textes.str.replace_many(EN_SIGNES)
    return textes.str.replace_all(ENTRE_LES_TEXTES, " ", literal=True)


def _debuts(documents: pl.DataFrame) -> pl.Series:
    """The terms of the field ``debuts`` for each company, without duplicates."""
    # In Python, row by row: slicing three words is twice as fast as list columns.
    vides = [None] * len(documents)
    champs = [documents[c].to_list() if c in documents.columns else vides for c in ("exact", *debuts.MARQUES)]
    return pl.Series(debuts.CHAMP, [_premieres(*valeurs) for valeurs in zip(*champs, strict=True)], pl.String)


def _premieres(cles: str | None, nom: str | None, enseigne: str | None, commune: str | None) -> str:
    termes = []
    for cle in cles.split(ENTRE_LES_TEXTES) if cles else ():
        termes += [debuts.MARQUE_DE_NOM + cle[:n] for n in debuts.LONGUEURS_DE_NOM if len(cle) >= n]
    if nom:
        termes += _des_mots(nom, debuts.MARQUES["nom"])
    if enseigne:
        termes += _des_mots(enseigne, debuts.MARQUES["enseigne"])
    if commune:
        termes.append(_de_la_commune(commune))
    return " ".join(dict.fromkeys(termes))


def _des_mots(mots: str, marque: str) -> list[str]:
    return [marque + mot[:n] for mot in mots.split() for n in debuts.LONGUEURS if len(mot) >= n]


@lru_cache(maxsize=100_000)
def _de_la_commune(mots: str) -> str:
    return " ".join(dict.fromkeys(_des_mots(mots, debuts.MARQUES["commune"])))
