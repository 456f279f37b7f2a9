"""Receive the bytes of a deposit: to disk as they come, in a folder of their own, whole or not at all."""

import errno
import os
import re
import shutil
import threading
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from fce.socle.erreurs import ParametreInvalide
from fce.socle.formats import nombre
from fce.sources.chargement.disque import RESERVE, libre

from .empreintes import Sommes
from .erreurs import DisquePlein, EmpreinteDifferente, FichierTropGros, TropDeDepots

BLOC = 1 << 20
QUARANTAINE = "quarantaine.csv"
_CONTENU = "contenu"
_PROVISOIRE = ".recu"
# In bytes, far from the 255 of the file systems.
_LONGUEUR_NOM = 140
# A reception that has not written for so long is dead: its process was killed.
_MORTE_S = 3600.0
# Receptions at once in one process: slow senders must not take the threads that serve pages.
_GUICHETS = threading.BoundedSemaphore(3)
_PLEIN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_INTERDITS = re.compile(r"[^\w .()+-]")


@dataclass(frozen=True, slots=True)
class Recu:
    """A file received whole: its folder, its name made safe, its size and SHA-256."""

    dossier: uuid.UUID
    nom: str
    octets: int
    empreinte: str


def racine() -> Path:
    """Folder of all the deposits: closed to others, and outside of what any server serves."""
    return Path(settings.FCE_DATA_DIR) / "depots"


def chemin(dossier: uuid.UUID, nom: str) -> Path:
    """Where the file of a deposit is. Readers look at its name, hence it is kept."""
    return racine() / str(dossier) / _CONTENU / nom


def chemin_quarantaine(dossier: uuid.UUID) -> Path:
    return racine() / str(dossier) / QUARANTAINE


def nom_sur(propose: str, defaut: str) -> str:
    """A file name without folder, hidden dot, control nor direction character; the extension is kept."""
    nom = unicodedata.normalize("NFC", propose.encode("utf-8", "ignore").decode()).replace("\\", "/").rpartition("/")[2]
    nom = "".join(c for c in nom if unicodedata.category(c)[0] != "C")
    nom = _INTERDITS.sub("_", nom).lstrip(". ").rstrip()
    suffixe = Path(nom).suffix[:12]
    souche = nom.removesuffix(suffixe).encode()[: _LONGUEUR_NOM - len(suffixe.encode())].decode("utf-8", "ignore")
    return souche + suffixe or defaut


def recevoir(lire: Callable[[int], bytes], octets: int, nom: str, annoncees: dict[str, bytes]) -> Recu:
    """Write ``octets`` bytes read by ``lire``; whatever is raised, nothing is left.

    Raises ParametreInvalide (empty), FichierTropGros, DisquePlein, TropDeDepots (too many are being received),
    EmpreinteDifferente (cut, or not the digests ``annoncees``). Memory: one block.
    """
    _accepter(octets)
    _balayer()
    _verifier_la_place(octets)
    dossier = uuid.uuid4()
    provisoire = racine() / f"{dossier}{_PROVISOIRE}"
    sommes = Sommes(annoncees)
    try:
        with _guichet(), _disque():
            recus = _ecrire(lire, octets, provisoire, sommes)
        if recus != octets:
            raise EmpreinteDifferente(
                f"Envoi interrompu : {nombre(recus)} octets reçus sur {nombre(octets)} annoncés. Renvoyez le fichier."
            )
        empreinte = sommes.verifier()
        with _disque():
            definitif = chemin(dossier, nom)
            definitif.parent.parent.mkdir(mode=0o700)
            definitif.parent.mkdir(mode=0o700)
            provisoire.rename(definitif)
    except BaseException:
        provisoire.unlink(missing_ok=True)
        effacer(dossier)
        raise
    return Recu(dossier, nom, octets, empreinte)


def effacer(dossier: uuid.UUID) -> None:
    """Remove all that a deposit has on disk."""
    shutil.rmtree(racine() / str(dossier), ignore_errors=True)


def _accepter(octets: int) -> None:
    if octets <= 0:
        raise ParametreInvalide("Le fichier est vide (0 octet).")
    maximum = settings.FCE_DEPOT_TAILLE_MAX * 1024**2
    if octets > maximum:
        raise FichierTropGros(
            f"Ce fichier dépasse la taille acceptée ({nombre(settings.FCE_DEPOT_TAILLE_MAX)} Mio) : "
            "compressez-le (zip ou gzip) ou faites relever FCE_DEPOT_TAILLE_MAX."
        )


def _verifier_la_place(octets: int) -> None:
    racine().mkdir(mode=0o700, parents=True, exist_ok=True)
    if libre(racine()) - RESERVE < octets:
        raise _disque_plein()


def _ecrire(lire: Callable[[int], bytes], octets: int, provisoire: Path, sommes: Sommes) -> int:
    recus = 0
    with open(os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0) as sortie:
        while recus < octets and (bloc := _lire(lire, min(BLOC, octets - recus))):
            sommes.ajouter(bloc)
            vue = memoryview(bloc)
            while vue:
                vue = vue[sortie.write(vue) :]
            recus += len(bloc)
        os.fsync(sortie.fileno())
    return recus


def _lire(lire: Callable[[int], bytes], taille: int) -> bytes:
    try:
        return lire(taille)
    except OSError:  # the sender hung up: the same as the end of what it sent
        return b""


@contextmanager
def _guichet() -> Iterator[None]:
    if not _GUICHETS.acquire(blocking=False):
        raise TropDeDepots("Plusieurs fichiers sont déjà en cours d’envoi : recommencez dans une minute.")
    try:
        yield
    finally:
        _GUICHETS.release()


@contextmanager
def _disque() -> Iterator[None]:
    try:
        yield
    except OSError as erreur:
        if erreur.errno in _PLEIN:
            raise _disque_plein() from erreur
        raise


def _disque_plein() -> DisquePlein:
    return DisquePlein(
        "Le serveur n’a plus la place de recevoir ce fichier : rien n’en a été gardé. "
        "Prévenez le gestionnaire du service, puis renvoyez-le."
    )


def _balayer() -> None:
    """Remove what receptions of killed processes have left."""
    for reste in racine().glob(f"*{_PROVISOIRE}"):
        try:
            if time.time() - reste.stat().st_mtime > _MORTE_S:
                reste.unlink(missing_ok=True)
        except FileNotFoundError:
            continue


def presente(dossier: uuid.UUID) -> bool:
    """Whether a deposit still has something on disk."""
    return (racine() / str(dossier)).exists()


def effacer_orphelins(connus: set[str]) -> int:
    """Remove the old folders that no deposit knows: their process was killed before it wrote its record."""
    orphelins = [
        d
        for d in (racine().iterdir() if racine().is_dir() else ())
        if d.is_dir() and d.name not in connus and time.time() - d.stat().st_mtime > _MORTE_S
    ]
    for dossier in orphelins:
        shutil.rmtree(dossier, ignore_errors=True)
    return len(orphelins)
