"""The folder of the index: whole versions side by side, and a pointer file that names the one in place.

::

    index/courant              name of the version in place, replaced by a rename
    index/verrou               held (flock) while a version is being built
    index/versions/<version>/  manifeste.json, one tantivy folder per kind, state and fragment

A version without a pointer is invisible: a build killed at any moment leaves one, which the next build removes.
"""

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from fce.recherche.engines.tantivy import lexique
from fce.recherche.port import Manifeste
from fce.socle.erreurs import DejaEnCours, IndexIndisponible

if TYPE_CHECKING:
    from fce.recherche.engines.tantivy.redaction import RedacteurTantivy

MANIFESTE = "manifeste.json"
FORMAT = 11
"""Of the documents and of their fields: an index of another format is as if there were none, and is built again."""


@dataclass(frozen=True)
class ChantierTantivy:
    """A version being built. Can be sent to another process."""

    racine: Path
    version: str
    fragments: int

    @property
    def dossier(self) -> Path:
        """Folder of the version being built, beside those that readers may still hold open."""
        return self.racine / "versions" / self.version

    def redacteur(self, fragment: int) -> "RedacteurTantivy":
        """Open a fragment for writing (once per fragment, in any process)."""
        from fce.recherche.engines.tantivy.redaction import RedacteurTantivy  # not for a process that only answers

        return RedacteurTantivy(self.dossier, fragment)

    def basculer(self, manifeste: Manifeste) -> None:
        """Put the version in place: readers see all of it at their next question, or nothing of it."""
        lexique.reunir_les_parties(self.dossier)
        basculer_vers(self.racine, self.version, manifeste, self.fragments)


def basculer_vers(racine: Path, version: str, manifeste: Manifeste, fragments: int, partis: int = 0) -> None:
    """Write the manifest of a version, then the pointer to it. ``partis``: documents that its files hold and that it
    does not give any more."""
    contenu = asdict(manifeste) | {
        "version": version,
        "fragments": fragments,
        "format": FORMAT,
        "partis": partis,
        "precedente": version_en_place(racine),
    }
    ecrire(racine / "versions" / version / MANIFESTE, json.dumps(contenu, ensure_ascii=False, indent=1))
    ecrire(racine / "courant", version)


@contextlib.contextmanager
def chantier(racine: Path, fragments: int) -> Iterator[ChantierTantivy]:
    """Open a version aside, alone. Removed if not switched to. Raises what ``version_neuve`` raises."""
    with version_neuve(racine) as version:
        yield ChantierTantivy(racine, version, fragments)


@contextlib.contextmanager
def version_neuve(racine: Path) -> Iterator[str]:
    """Make the folder of a new version, alone, and give its name. Removed if not switched to.

    Raises ``DejaEnCours`` when another build is running, ``IndexIndisponible`` when the folder cannot be written.
    """
    versions = racine / "versions"
    try:
        versions.mkdir(parents=True, exist_ok=True)
        with (racine / "verrou").open("w") as verrou:
            _verrouiller(verrou)
            _nettoyer(racine)
            nom = f"{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 10**9:09d}"
            (versions / nom).mkdir()
            try:
                yield nom
            finally:
                _nettoyer(racine)
    except OSError as erreur:
        raise IndexIndisponible(
            f"L’index de recherche ne peut pas être écrit dans {racine} ({type(erreur).__name__}) : vérifiez que c’est "
            "un dossier, que le compte de FCE peut y écrire et que le disque a de la place."
        ) from erreur


def _verrouiller(verrou: TextIO) -> None:
    try:
        fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DejaEnCours(
            "Une indexation est déjà en cours : attendez qu’elle se termine, puis relancez la commande."
        ) from None


def version_en_place(racine: Path) -> str | None:
    """Name of the version in place, ``None`` without any; raises ``OSError`` when it cannot be read."""
    try:
        return (racine / "courant").read_text(encoding="ascii", errors="replace").strip() or None
    except FileNotFoundError:
        return None


def lire_manifeste(racine: Path, version: str) -> dict[str, object]:
    """Manifest of a version; raises ``OSError`` when it is gone."""
    contenu: dict[str, object] = json.loads((racine / "versions" / version / MANIFESTE).read_text(encoding="utf-8"))
    return contenu


def _nettoyer(racine: Path) -> None:
    """Remove every version but the one in place and the one before (readers may still be opening it)."""
    gardees = set()
    if courante := version_en_place(racine):
        gardees.add(courante)
        with contextlib.suppress(OSError, ValueError, AttributeError):  # damaged: nothing to go back to
            gardees.add(str(lire_manifeste(racine, courante).get("precedente")))
    for dossier in (racine / "versions").iterdir():
        if dossier.name not in gardees:
            shutil.rmtree(dossier, ignore_errors=True)


def ecrire(chemin: Path, contenu: str) -> None:
    """Write a small file whole: aside, on disk, then renamed."""
    provisoire = chemin.with_name(f"{chemin.name}.{os.getpid()}")
    with provisoire.open("w", encoding="utf-8") as f:
        f.write(contenu)
        f.flush()
        os.fsync(f.fileno())
    provisoire.replace(chemin)
    dossier = os.open(chemin.parent, os.O_RDONLY)
    try:
        os.fsync(dossier)
    finally:
        os.close(dossier)
