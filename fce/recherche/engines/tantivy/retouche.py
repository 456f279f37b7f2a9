"""A version made of the one in place and of what changed since: its files are shared, never touched.

The segments of tantivy are written once. A new version links those of the one in place (another name of the same
bytes), marks in files of its own which of their documents are gone, and adds segments of new ones: readers of the
former version see nothing of it, and a crash leaves a folder without a pointer, as a build does.
"""

import os
import shutil
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from fce.recherche.engines.tantivy import dossier, lexique
from fce.recherche.engines.tantivy.parts import compter, fichier_des_partis, nom_fragment, ouvrir
from fce.recherche.port import GENRES, LES_ETATS, Manifeste
from fce.socle.erreurs import IndexIndisponible

if TYPE_CHECKING:
    from fce.recherche.engines.tantivy.redaction import RedacteurDeRetouche

_VERROUS = ".lock"
_REECRITS = (".json",)
"""Files of tantivy that are replaced: each version has its own copy."""


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
            nom = nom_fragment(*cle)
            _partager(racine / "versions" / depuis / nom, retouche._dossier / nom)
        return retouche

    @property
    def _dossier(self) -> Path:
        return self.racine / "versions" / self.version

    def redacteur(self, fragment: int) -> "RedacteurDeRetouche":
        """Open a fragment to amend it (once per fragment, in any process)."""
        from fce.recherche.engines.tantivy.redaction import RedacteurDeRetouche  # not for a process that only answers

        return RedacteurDeRetouche(self._dossier, fragment)

    def terminer(self) -> dict[str, int]:
        """Gather what the fragments wrote; the documents of each kind that the amended version holds."""
        lexique.completer(self.racine / "versions" / self.depuis, self._dossier)
        return {
            genre: sum(
                compter(ouvrir(self._dossier, genre, etat, fragment))
                for etat, fragment in product(LES_ETATS, range(self.fragments))
            )
            for genre in GENRES
        }

    def basculer(self, manifeste: Manifeste) -> None:
        """Put the amended version in place, at once."""
        dits = [fichier_des_partis(self._dossier, fragment) for fragment in range(self.fragments)]
        partis = self.partis + sum(int(dit.read_text(encoding="ascii")) for dit in dits)
        for dit in dits:
            dit.unlink()
        dossier.basculer_vers(self.racine, self.version, manifeste, self.fragments, partis)


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
