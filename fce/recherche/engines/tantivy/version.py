"""An opened version of the index: its fragments, manifest and vocabulary."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tantivy import Index, Searcher

from fce.recherche.engines import PAS_D_INDEX
from fce.recherche.engines.champs import Etat
from fce.recherche.engines.port import GENRES, LES_ETATS, Genre, Manifeste, Question
from fce.recherche.engines.tantivy import dossier
from fce.recherche.engines.tantivy.lexique import Lexique
from fce.recherche.engines.tantivy.pannes import illisible, lecture
from fce.recherche.engines.tantivy.parts import nom_fragment
from fce.recherche.engines.tantivy.schema import preparer
from fce.socle.erreurs import IndexIllisible, IndexIndisponible

SEUIL_THREADS = 3_000_000
"""Documents below which handing a fragment to a thread costs more than querying it."""


@dataclass(frozen=True)
class VersionOuverte:
    """An opened version. Nothing of it is read again."""

    nom: str
    manifeste: Manifeste
    fragments: dict[tuple[Genre, Etat], list[Searcher]]
    documents: int
    lexique: Lexique
    partis: int
    """Deleted documents that the files still hold: the dictionaries count them."""

    @property
    def parallele(self) -> bool:
        """Whether handing a fragment to a thread costs less than querying it in this one."""
        return self.documents > SEUIL_THREADS

    def searchers(self, question: Question) -> list[Searcher]:
        """Fragments of the question's kind and states."""
        return [s for etat in question.etats for s in self.fragments[question.genre, etat]]


def ouvrir(racine: Path, nom: str) -> VersionOuverte:
    """Open a version; raises ``IndexIndisponible`` when it is gone, or of another format."""
    brut: dict[str, Any] = dict(dossier.lire_manifeste(racine, nom))
    if brut.get("format") != dossier.FORMAT:
        raise IndexIndisponible(PAS_D_INDEX)
    fragments: dict[tuple[Genre, Etat], list[Searcher]] = {}
    documents = 0
    for genre in GENRES:
        for etat in LES_ETATS:
            ouverts = []
            for fragment in range(int(brut["fragments"])):
                index = preparer(Index.open(str(racine / "versions" / nom / nom_fragment(genre, etat, fragment))))
                index.config_reader("manual")
                index.reload()
                searcher = index.searcher()
                documents += searcher.num_docs
                ouverts.append(searcher)
            fragments[genre, etat] = ouverts
    manifeste = Manifeste(nom, brut["generations"], brut["documents"], brut["construit_le"], brut["extra"])
    lexique = Lexique(racine / "versions" / nom)
    return VersionOuverte(nom, manifeste, fragments, documents, lexique, int(brut.get("partis", 0)))


def verifier(racine: Path, version: str) -> None:
    """Check that a version opens, in place or not; raises ``IndexIndisponible``."""
    with lecture():
        ouvrir(racine, version)


class VersionCourante:
    """The version that the pointer of a folder names. Safe to share between threads."""

    def __init__(self, racine: Path) -> None:
        self._racine, self._pointeur = racine, str(dossier.pointeur(racine))
        self._verrou = threading.Lock()
        self._signature: tuple[int, int] | None = None
        self._version: VersionOuverte | None = None

    def ouverte(self) -> VersionOuverte:
        """Return the version in place, reopened when the pointer has changed (one ``stat`` per call).

        Raises ``IndexIndisponible``.
        """
        try:
            etat = os.stat(self._pointeur)  # noqa: PTH116 – asked at each request
        except FileNotFoundError:
            raise IndexIndisponible(PAS_D_INDEX) from None
        except OSError as erreur:  # the folder is a file, or not readable by this account
            raise illisible(erreur) from erreur
        signature = (etat.st_mtime_ns, etat.st_ino)
        if self._signature == signature and self._version is not None:
            return self._version
        with self._verrou:
            if self._signature != signature or self._version is None:
                self._version = self._ouvrir()
                self._signature = signature
            return self._version

    def _ouvrir(self) -> VersionOuverte:
        while True:
            with lecture():
                nom = dossier.version_en_place(self._racine)
            if nom is None:
                raise IndexIndisponible(PAS_D_INDEX)
            try:
                with lecture():
                    return ouvrir(self._racine, nom)
            except IndexIllisible:
                # A switch may have removed the version after the pointer was read: read it again.
                with lecture():
                    if dossier.version_en_place(self._racine) == nom:
                        raise
