"""A version of the index, opened: its fragments, its manifest, its vocabulary."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tantivy import Index, Searcher

from fce.recherche.champs import Etat
from fce.recherche.engines import PAS_D_INDEX
from fce.recherche.engines.tantivy import dossier
from fce.recherche.engines.tantivy.lexique import Lexique
from fce.recherche.engines.tantivy.pannes import lecture
from fce.recherche.engines.tantivy.parts import nom_fragment
from fce.recherche.engines.tantivy.schema import preparer
from fce.recherche.port import GENRES, LES_ETATS, Genre, Manifeste, Question
from fce.socle.erreurs import IndexIndisponible

_SEUIL_THREADS = 3_000_000
"""Documents below which handing a fragment to a thread costs more than asking it."""


@dataclass(frozen=True)
class VersionOuverte:
    """What the files of a version hold, ready to be asked: nothing of it is read again."""

    nom: str
    manifeste: Manifeste
    fragments: dict[tuple[Genre, Etat], list[Searcher]]
    documents: int
    lexique: Lexique
    partis: int
    """Documents that the files hold and that are no longer given: the dictionaries still count them."""

    @property
    def parallele(self) -> bool:
        """Whether handing a fragment to a thread costs less than asking it here."""
        return self.documents > _SEUIL_THREADS

    def searchers(self, question: Question) -> list[Searcher]:
        """Fragments of the kind and states of a question."""
        return [s for etat in question.etats for s in self.fragments[question.genre, etat]]


def ouvrir(racine: Path, nom: str) -> VersionOuverte:
    """Open a version of a folder; raises ``IndexIndisponible`` when it is gone, or of another format."""
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
    """Open a version of a folder, in place or not; raises ``IndexIndisponible``."""
    with lecture():
        ouvrir(racine, version)
