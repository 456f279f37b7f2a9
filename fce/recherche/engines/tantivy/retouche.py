"""A version made of the one in place and of what changed since: its files are shared, never touched.

The segments of tantivy are written once. A new version links those of the one in place (another name of the same
bytes), marks in files of its own which of their documents are gone, and adds segments of new ones: readers of the
former version see nothing of it, and a crash leaves a folder without a pointer, as a build does.
"""

import os
import shutil
from collections import Counter
from collections.abc import Collection
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
from tantivy import Index, IndexWriter, Query

from fce.recherche.champs import Document, Etat
from fce.recherche.engines.tantivy import debuts, dossier, lexique
from fce.recherche.engines.tantivy.pannes import lecture
from fce.recherche.engines.tantivy.schema import preparer, schema
from fce.recherche.port import GENRES, LES_ETATS, Genre, Manifeste
from fce.socle.erreurs import IndexIndisponible

MEMOIRE = 50_000_000
"""Of one writer, of which there are four per fragment: what a day brings is little."""
_VERROUS = ".lock"
_REECRITS = (".json",)
"""Files of tantivy that are replaced: each version has its own copy."""
_SERIALISER = msgspec.json.Encoder().encode


class RetoucheTantivy:
    """The version in place, amended aside. What is removed is removed from what it held, never from what is added."""

    def __init__(self, racine: Path, version: str, depuis: str) -> None:
        """Raises ``IndexIndisponible`` when the version in place is no longer ``depuis``."""
        if dossier.version_en_place(racine) != depuis:
            raise IndexIndisponible("L’index en service vient de changer : relancez « fce index ».")
        self._racine, self._version = racine, version
        self._dossier = racine / "versions" / version
        self._source = racine / "versions" / depuis
        self._avant: dict[str, Any] = dict(dossier.lire_manifeste(racine, depuis))
        self._index: dict[tuple[Genre, Etat, int], Index] = {}
        self._redacteurs: dict[tuple[Genre, Etat, int], IndexWriter] = {}
        self._attente: dict[tuple[Genre, Etat, int], list[Document]] = {}
        self._mots: Counter[str] = Counter()
        for genre, etat, fragment in product(GENRES, LES_ETATS, range(self.fragments)):
            nom = dossier.nom_fragment(genre, etat, fragment)
            _partager(self._source / nom, self._dossier / nom)
            with lecture():
                self._index[genre, etat, fragment] = preparer(Index.open(str(self._dossier / nom)))
        self._presents = sum(self._compter(genre) for genre in GENRES)
        self._ajoutes = 0

    @property
    def fragments(self) -> int:
        """Fragments of the version in place, whatever the settings say since."""
        return int(self._avant["fragments"])

    def retirer(self, genre: Genre, champ: str, numeros: Collection[str]) -> None:
        """Remove the documents of a kind whose ``champ`` (siren, siret) is one of these numbers."""
        if not numeros:
            return
        # By query: a term of an unsigned field, as this binding makes it, deletes nothing.
        voulus = Query.term_set_query(schema(), champ, sorted(map(int, numeros)))
        for cle in self._index:
            if cle[0] == genre:
                with lecture():
                    self._redacteur(*cle).delete_documents_by_query(voulus)

    def ajouter(self, genre: Genre, etat: Etat, document: Document) -> None:
        """Add one document; those of one company go to one fragment."""
        if genre == "entreprises":
            document[debuts.CHAMP] = debuts.debuts(document)
        for champ in dossier.CHAMPS_DU_LEXIQUE[genre]:
            if mots := document.get(champ):
                self._mots.update(set(mots.split()))
        fragment = document["siren"] // 10 % self.fragments  # the last digit is a key: it is not spread evenly
        attente = self._attente.setdefault((genre, etat, fragment), [])
        attente.append(document)
        self._ajoutes += 1
        if len(attente) >= dossier.LOT:
            self._donner(genre, etat, fragment)

    def terminer(self) -> dict[str, int]:
        """Write everything down (fsync), wait for the merges; the documents of each kind that the version holds."""
        for cle in self._attente:
            self._donner(*cle)
        with lecture():
            for redacteur in self._redacteurs.values():
                redacteur.commit()
            for redacteur in self._redacteurs.values():
                redacteur.wait_merging_threads()
        self._redacteurs.clear()
        lexique.completer(self._source, self._dossier, self._mots)
        return {genre: self._compter(genre) for genre in GENRES}

    def basculer(self, manifeste: Manifeste) -> None:
        """Put the amended version in place, at once."""
        partis = self._presents + self._ajoutes - sum(manifeste.documents.values())
        dossier.basculer_vers(
            self._racine, self._version, manifeste, self.fragments, int(self._avant.get("partis", 0)) + partis
        )

    def _donner(self, genre: Genre, etat: Etat, fragment: int) -> None:
        redacteur, attente = self._redacteur(genre, etat, fragment), self._attente[genre, etat, fragment]
        with lecture():
            for document in attente:
                redacteur.add_json(_SERIALISER(document).decode())
        attente.clear()

    def _redacteur(self, genre: Genre, etat: Etat, fragment: int) -> IndexWriter:
        cle = genre, etat, fragment
        if cle not in self._redacteurs:
            self._redacteurs[cle] = self._index[cle].writer(heap_size=MEMOIRE, num_threads=1)
        return self._redacteurs[cle]

    def _compter(self, genre: Genre) -> int:
        presents = 0
        for (sien, _, _), index in self._index.items():
            if sien == genre:
                with lecture():
                    index.reload()
                    presents += index.searcher().num_docs
        return presents


def _partager(source: Path, cible: Path) -> None:
    """Make of a folder of tantivy another one that may be amended."""
    cible.mkdir()
    for chemin in source.iterdir():
        if chemin.suffix == _VERROUS:
            continue
        if chemin.suffix in _REECRITS:
            shutil.copyfile(chemin, cible / chemin.name)
            continue
        try:
            os.link(chemin, cible / chemin.name)
        except OSError:  # a file system without links
            shutil.copyfile(chemin, cible / chemin.name)
