"""Makes a new version from the one in place and the changes since, sharing its files without modifying them.

tantivy never rewrites a segment. The new version hard-links the segments of the version in place, marks their deleted
documents in files of its own, and adds segments for the new documents. Readers of the former version see no change, and
a crash leaves a folder that the pointer does not name, as a failed build does.
"""

import os
import shutil
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from fce.recherche.engines.port import GENRES, LES_ETATS, Manifeste
from fce.recherche.engines.tantivy import dossier, lexique
from fce.recherche.engines.tantivy.parts import compter, fichier_des_partis, nom_fragment, ouvrir
from fce.socle.erreurs import IndexIndisponible

if TYPE_CHECKING:
    from fce.recherche.engines.tantivy.redaction import RedacteurDeRetouche

_VERROUS = ".lock"
_REECRITS = (".json",)
"""Suffixes of the files that tantivy replaces: copied, not linked."""


@dataclass(frozen=True)
class RetoucheTantivy:
    """An update of the version in place ``depuis``, written as ``version``. Picklable: a worker process may receive
    it."""

    racine: Path
    version: str
    depuis: str
    fragments: int
    partis: int
    """Deleted documents that the files of the version in place still hold."""

    @classmethod
    def ouvrir(cls, racine: Path, version: str, depuis: str) -> "RetoucheTantivy":
        """Link the files of the version in place; raises ``IndexIndisponible`` when it is no longer ``depuis``."""
        if dossier.version_en_place(racine) != depuis:
            raise IndexIndisponible("L’index en service vient de changer : relancez « fce index ».")
        manifeste: dict[str, object] = dossier.lire_manifeste(racine, depuis)
        retouche = cls(racine, version, depuis, int(str(manifeste["fragments"])), int(str(manifeste.get("partis", 0))))
        for cle in product(GENRES, LES_ETATS, range(retouche.fragments)):
            nom = nom_fragment(*cle)
            _partager(racine / "versions" / depuis / nom, retouche._dossier / nom)
        return retouche

    @property
    def _dossier(self) -> Path:
        return self.racine / "versions" / self.version

    def redacteur(self, fragment: int) -> "RedacteurDeRetouche":
        """Open a fragment for update: once per fragment, in any process."""
        from fce.recherche.engines.tantivy.redaction import RedacteurDeRetouche  # web processes never need it

        return RedacteurDeRetouche(self._dossier, fragment)

    def terminer(self) -> dict[str, int]:
        """Merge the vocabularies of the fragments; return the number of documents of the new version by kind."""
        lexique.completer(self.racine / "versions" / self.depuis, self._dossier)
        return {
            genre: sum(
                compter(ouvrir(self._dossier, genre, etat, fragment))
                for etat, fragment in product(LES_ETATS, range(self.fragments))
            )
            for genre in GENRES
        }

    def basculer(self, manifeste: Manifeste) -> None:
        dits = [fichier_des_partis(self._dossier, fragment) for fragment in range(self.fragments)]
        partis = self.partis + sum(int(dit.read_text(encoding="ascii")) for dit in dits)
        for dit in dits:
            dit.unlink()
        dossier.basculer_vers(self.racine, self.version, manifeste, self.fragments, partis)


def _partager(source: Path, cible: Path) -> None:
    """Link a tantivy folder into a new one that may be updated."""
    cible.mkdir()
    for chemin in source.iterdir():
        if chemin.suffix == _VERROUS:
            continue
        if chemin.suffix in _REECRITS:
            shutil.copyfile(chemin, cible / chemin.name)
            continue
        try:
            os.link(chemin, cible / chemin.name)
        except OSError:  # a file system without hard links
            shutil.copyfile(chemin, cible / chemin.name)
