"""A version made of the one in place and of what changed since: its files are shared, never touched.

The segments of tantivy are written once. A new version links those of the one in place (another name of the same
bytes), marks in files of its own which of their documents are gone, and adds segments of new ones: readers of the
former version see nothing of it, and a crash leaves a folder without a pointer, as a build does.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path

import msgspec
from tantivy import Index, IndexWriter, Query

from fce.recherche.champs import Document, Etat
from fce.recherche.engines.tantivy import debuts, dossier, lexique
from fce.recherche.engines.tantivy.pannes import lecture
from fce.recherche.engines.tantivy.schema import preparer, schema
from fce.recherche.engines.vocabulaire import CHAMPS_DU_LEXIQUE
from fce.recherche.port import GENRES, LES_ETATS, Changements, Genre, Manifeste
from fce.socle.erreurs import IndexIndisponible

MEMOIRE = 50_000_000
"""Of one writer, of which there are four per fragment: what a day brings is little."""
_VERROUS = ".lock"
_REECRITS = (".json",)
"""Files of tantivy that are replaced: each version has its own copy."""
_SERIALISER = msgspec.json.Encoder().encode


class RedacteurDeRetouche:
    """Amends one fragment: takes out of what it held, adds to it."""

    def __init__(self, version: Path, fragment: int) -> None:
        self._version, self._fragment = version, fragment
        self._index = {
            (genre, etat): _ouvrir(version, genre, etat, fragment) for genre, etat in product(GENRES, LES_ETATS)
        }
        self._redacteurs: dict[tuple[Genre, Etat], IndexWriter] = {}
        self._attente: dict[tuple[Genre, Etat], list[Document]] = {cle: [] for cle in self._index}
        self._mots: Counter[str] = Counter()
        self._attendus = sum(map(_compter, self._index.values()))

    def retirer(self, changements: Changements) -> None:
        """Take the documents that are to be written again out of what the fragment held, wherever they were."""
        self._retirer("entreprises", "siren", changements.sirens)
        self._retirer("etablissements", "siren", changements.entieres)
        self._retirer("etablissements", "siret", changements.lieux)

    def ajouter(self, genre: Genre, etat: Etat, document: Document) -> None:
        """Queue one document; a full batch is given to the engine."""
        if genre == "entreprises":
            document[debuts.CHAMP] = debuts.debuts(document)
        attente = self._attente[genre, etat]
        attente.append(document)
        self._attendus += 1
        if len(attente) >= dossier.LOT:
            self._donner(genre, etat)

    def terminer(self) -> None:
        """Write everything down (fsync) and wait for the merges."""
        for cle in self._attente:
            self._donner(*cle)
        with lecture():
            for redacteur in self._redacteurs.values():
                redacteur.commit()
            for redacteur in self._redacteurs.values():
                redacteur.wait_merging_threads()
        self._redacteurs.clear()
        lexique.ecrire_partie(self._version, self._fragment, [lexique.mots_comptes(self._mots)])
        partis = self._attendus - sum(map(_compter, self._index.values()))
        _partis(self._version, self._fragment).write_text(str(partis), encoding="ascii")

    def _retirer(self, genre: Genre, champ: str, numeros: Iterable[str]) -> None:
        if not (entiers := sorted(map(int, numeros))):
            return
        # By query: a term of an unsigned field, as this binding makes it, deletes nothing.
        voulus = Query.term_set_query(schema(), champ, entiers)
        for etat in LES_ETATS:
            with lecture():
                self._redacteur(genre, etat).delete_documents_by_query(voulus)

    def _donner(self, genre: Genre, etat: Etat) -> None:
        attente = self._attente[genre, etat]
        if not attente:
            return
        champs = CHAMPS_DU_LEXIQUE[genre]
        textes = [document[champ] for document in attente for champ in champs if champ in document]
        # One call for all: a Counter takes longer to be called than to count a few words.
        self._mots.update(chain.from_iterable(set(texte.split()) for texte in textes))
        redacteur = self._redacteur(genre, etat)
        with lecture():
            for document in attente:
                redacteur.add_json(_SERIALISER(document).decode())
        attente.clear()

    def _redacteur(self, genre: Genre, etat: Etat) -> IndexWriter:
        cle = genre, etat
        if cle not in self._redacteurs:
            self._redacteurs[cle] = self._index[cle].writer(heap_size=MEMOIRE, num_threads=1)
        return self._redacteurs[cle]


@dataclass(frozen=True)
class RetoucheTantivy:
    """The version ``depuis``, in place, amended aside as ``version``. Can be sent to another process."""

    racine: Path
    version: str
    depuis: str
    fragments: int
    partis: int
    """Documents that the files of the version in place hold and that it does not give any more."""

    @classmethod
    def ouvrir(cls, racine: Path, version: str, depuis: str) -> "RetoucheTantivy":
        """Share the files of the version in place; raises ``IndexIndisponible`` when it is no longer ``depuis``."""
        if dossier.version_en_place(racine) != depuis:
            raise IndexIndisponible("L’index en service vient de changer : relancez « fce index ».")
        lu: dict[str, object] = dossier.lire_manifeste(racine, depuis)
        retouche = cls(racine, version, depuis, int(str(lu["fragments"])), int(str(lu.get("partis", 0))))
        for cle in product(GENRES, LES_ETATS, range(retouche.fragments)):
            nom = dossier.nom_fragment(*cle)
            _partager(racine / "versions" / depuis / nom, retouche._dossier / nom)
        return retouche

    @property
    def _dossier(self) -> Path:
        return self.racine / "versions" / self.version

    def redacteur(self, fragment: int) -> RedacteurDeRetouche:
        """Open a fragment to amend it (once per fragment, in any process)."""
        return RedacteurDeRetouche(self._dossier, fragment)

    def terminer(self) -> dict[str, int]:
        """Gather what the fragments wrote; the documents of each kind that the amended version holds."""
        lexique.completer(self.racine / "versions" / self.depuis, self._dossier)
        return {
            genre: sum(
                _compter(_ouvrir(self._dossier, genre, etat, fragment))
                for etat, fragment in product(LES_ETATS, range(self.fragments))
            )
            for genre in GENRES
        }

    def basculer(self, manifeste: Manifeste) -> None:
        """Put the amended version in place, at once."""
        dits = [_partis(self._dossier, fragment) for fragment in range(self.fragments)]
        partis = self.partis + sum(int(dit.read_text(encoding="ascii")) for dit in dits)
        for dit in dits:
            dit.unlink()
        dossier.basculer_vers(self.racine, self.version, manifeste, self.fragments, partis)


def _ouvrir(version: Path, genre: Genre, etat: Etat, fragment: int) -> Index:
    with lecture():
        return preparer(Index.open(str(version / dossier.nom_fragment(genre, etat, fragment))))


def _compter(index: Index) -> int:
    with lecture():
        index.reload()
        return index.searcher().num_docs


def _partis(version: Path, fragment: int) -> Path:
    """Where a fragment says how many documents it has taken out."""
    return version / f"partis-{fragment}"


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
