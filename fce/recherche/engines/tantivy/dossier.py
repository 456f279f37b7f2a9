"""The index folder: complete versions side by side, and a pointer file that names the version in place.

::

index/courant              name of the version in place, replaced by a rename (later formats: courant-<format>)
index/verrou               held (flock) while a version is being built
index/versions/<version>/  manifeste.json, one tantivy folder per kind, state and fragment

A build that is killed leaves a version that the pointer does not name: readers ignore it and the next build removes it.
"""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fce.recherche.engines.port import Manifeste
from fce.recherche.engines.tantivy import lexique
from fce.socle.erreurs import IndexIndisponible
from fce.socle.travaux.verrous import seul

if TYPE_CHECKING:
    from fce.recherche.engines.tantivy.redaction import RedacteurTantivy

MANIFESTE = "manifeste.json"
FORMAT = 11
"""Version of the documents and fields. Each format has its own pointer: a release that changes it builds its index
beside that of the release before, which goes on answering until it is stopped, or again after a way back."""
_FORMAT_SANS_NOM = 11
"""The format whose pointer has no number."""
EN_COURS: Final = "Une indexation est déjà en cours : attendez qu’elle se termine, puis relancez la commande."
AUTRE_FORMAT_S = 30 * 86_400
"""Seconds that a version of another format is kept after it was put in place."""


def pointeur(racine: Path) -> Path:
    """File that names the version in place of this format."""
    return racine / ("courant" if FORMAT == _FORMAT_SANS_NOM else f"courant-{FORMAT}")


@dataclass(frozen=True)
class ChantierTantivy:
    """A version being built. Picklable: a worker process may receive it."""

    racine: Path
    version: str
    fragments: int

    @property
    def dossier(self) -> Path:
        """Folder of the version being built."""
        return self.racine / "versions" / self.version

    def redacteur(self, fragment: int) -> "RedacteurTantivy":
        """Open a fragment for writing: once per fragment, in any process."""
        from fce.recherche.engines.tantivy.redaction import RedacteurTantivy  # imported late: web processes never write

        return RedacteurTantivy(self.dossier, fragment)

    def basculer(self, manifeste: Manifeste) -> None:
        """Put the version in place. A reader sees all of it from its next question on."""
        lexique.reunir_les_parties(self.dossier)
        basculer_vers(self.racine, self.version, manifeste, self.fragments)


def basculer_vers(racine: Path, version: str, manifeste: Manifeste, fragments: int, partis: int = 0) -> None:
    """Write the manifest of a version, then the pointer to it.

    ``partis``: deleted documents that its files still hold.
    """
    contenu = asdict(manifeste) | {
        "version": version,
        "fragments": fragments,
        "format": FORMAT,
        "partis": partis,
        "precedente": version_en_place(racine),
    }
    ecrire(racine / "versions" / version / MANIFESTE, json.dumps(contenu, ensure_ascii=False, indent=1))
    ecrire(pointeur(racine), version)


@contextlib.contextmanager
def chantier(racine: Path, fragments: int) -> Iterator[ChantierTantivy]:
    """Build a new version under the lock. It is removed unless switched to. Raises what ``version_neuve`` raises."""
    with version_neuve(racine) as version:
        yield ChantierTantivy(racine, version, fragments)


@contextlib.contextmanager
def version_neuve(racine: Path) -> Iterator[str]:
    """Create the folder of a new version under the build lock, and yield its name. It is removed unless switched to.

    Raises ``DejaEnCours`` when another build is running, ``IndexIndisponible`` when the folder cannot be written.
    """
    versions = racine / "versions"
    try:
        versions.mkdir(parents=True, exist_ok=True)
        with seul(racine / "verrou", EN_COURS):
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


def version_en_place(racine: Path) -> str | None:
    """Name of the version in place; ``None`` when there is none. Raises ``OSError`` when the pointer cannot be read."""
    return _lire_pointeur(pointeur(racine))


def _lire_pointeur(chemin: Path) -> str | None:
    try:
        return chemin.read_text(encoding="ascii", errors="replace").strip() or None
    except FileNotFoundError:
        return None


def lire_manifeste(racine: Path, version: str) -> dict[str, object]:
    """Manifest of a version; raises ``OSError`` when the version is gone."""
    contenu: dict[str, object] = json.loads((racine / "versions" / version / MANIFESTE).read_text(encoding="utf-8"))
    return contenu


def _nettoyer(racine: Path) -> None:
    """Remove every version but those in place, of this format and of another one, and the previous ones, which readers
    may still be opening."""
    gardees = set()
    for chemin in {pointeur(racine), *_autres_pointeurs(racine)}:
        if courante := _lire_pointeur(chemin):
            gardees.add(courante)
            with contextlib.suppress(OSError, ValueError, AttributeError):  # damaged manifest: no previous one is known
                gardees.add(str(lire_manifeste(racine, courante).get("precedente")))
    for dossier in (racine / "versions").iterdir():
        if dossier.name not in gardees:
            shutil.rmtree(dossier, ignore_errors=True)


def _autres_pointeurs(racine: Path) -> list[Path]:
    """Pointers of the other formats; those whose release is long gone are removed."""
    autres = []
    for chemin in racine.glob("courant*"):
        if chemin == pointeur(racine) or "." in chemin.name:  # a pointer being written has a suffix
            continue
        if time.time() - chemin.stat().st_mtime > AUTRE_FORMAT_S:
            chemin.unlink()
        else:
            autres.append(chemin)
    return autres


def ecrire(chemin: Path, contenu: str) -> None:
    """Write a small file atomically: temporary file, fsync, rename."""
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
