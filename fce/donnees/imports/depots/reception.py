"""Receive the bytes of a deposit on disk, in a folder of its own: the whole file, or nothing."""

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

from fce.donnees.imports.chargement.disque import RESERVE, libre
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import nombre, pluriel

from .empreintes import Sommes
from .erreurs import DisquePlein, EmpreinteDifferente, FichierTropGros, TropDeDepots

_BLOC = 1 << 20
QUARANTAINE = "quarantaine.csv"
_CONTENU = "contenu"
_PROVISOIRE = ".recu"
# In bytes, well under the 255 that file systems allow.
_LONGUEUR_NOM = 140
# Seconds without a write after which a reception is dead: its process was killed.
_MORTE_S = 3600.0
# Receptions at once per process, so that slow senders leave threads to the pages.
_GUICHETS = threading.BoundedSemaphore(3)
_PLEIN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_INTERDITS = re.compile(r"[^\w .()+-]")


@dataclass(frozen=True, slots=True)
class DepotRecu:
    dossier: uuid.UUID
    nom: str
    octets: int
    empreinte: str


def racine() -> Path:
    """Readable by its owner only, never served over HTTP."""
    return Path(settings.FCE_DATA_DIR) / "depots"


def chemin(dossier: uuid.UUID, nom: str) -> Path:
    """Path of the file of a deposit. The name is kept, because readers use it (date, period, extension)."""
    return racine() / str(dossier) / _CONTENU / nom


def chemin_quarantaine(dossier: uuid.UUID) -> Path:
    return racine() / str(dossier) / QUARANTAINE


def nom_sur(propose: str, defaut: str) -> str:
    """Safe file name: no folder, leading dot, control or direction character."""
    nom = unicodedata.normalize("NFC", propose.encode("utf-8", "ignore").decode()).replace("\\", "/").rpartition("/")[2]
    nom = "".join(c for c in nom if unicodedata.category(c)[0] != "C")
    nom = _INTERDITS.sub("_", nom).lstrip(". ").rstrip()
    suffixe = Path(nom).suffix[:12]
    souche = nom.removesuffix(suffixe).encode()[: _LONGUEUR_NOM - len(suffixe.encode())].decode("utf-8", "ignore")
    return souche + suffixe or defaut


class Arrivee:
    """A file being received: ``ecrire`` each block, then ``terminer``. Memory: one block."""

    def __init__(self, nom: str, annoncees: dict[str, bytes]) -> None:
        self.nom = nom
        self.dossier = uuid.uuid4()
        self.octets = 0
        self.complete = False
        self._provisoire = racine() / f"{self.dossier}{_PROVISOIRE}"
        self._sommes = Sommes(annoncees)
        descripteur = os.open(self._provisoire, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._sortie = open(descripteur, "wb", buffering=0)  # noqa: SIM115 – closed by ``fermer``

    def ecrire(self, bloc: bytes) -> None:
        """Raises DisquePlein, FichierTropGros."""
        self._sommes.ajouter(bloc)
        self.octets += len(bloc)
        verifier_la_taille(self.octets)
        vue = memoryview(bloc)
        with _disque():
            while vue:
                vue = vue[self._sortie.write(vue) :]

    def terminer(self) -> DepotRecu:
        """Raises ParametreInvalide (empty), EmpreinteDifferente, DisquePlein."""
        _refuser_vide(self.octets)
        empreinte = self._sommes.verifier()
        with _disque():
            os.fsync(self._sortie.fileno())
            self._sortie.close()
            definitif = chemin(self.dossier, self.nom)
            definitif.parent.parent.mkdir(mode=0o700)
            definitif.parent.mkdir(mode=0o700)
            self._provisoire.rename(definitif)
        self.complete = True
        return DepotRecu(self.dossier, self.nom, self.octets, empreinte)

    def fermer(self) -> None:
        self._sortie.close()
        if not self.complete:
            self._provisoire.unlink(missing_ok=True)
            effacer(self.dossier)


@contextmanager
def arrivee(nom: str, octets: int, annoncees: dict[str, bytes] | None = None) -> Iterator[Arrivee]:
    """Give an ``Arrivee``; delete its file on exit unless ``terminer`` kept it. ``octets``: expected size, to check the
    disk space.

    Raises DisquePlein, TropDeDepots (too many receptions at once).
    """
    _balayer()
    _verifier_la_place(octets)
    with _guichet():
        with _disque():
            venue = Arrivee(nom, annoncees or {})
        try:
            yield venue
        finally:
            venue.fermer()


def recevoir(flux: Callable[[int], bytes], octets: int, nom: str, annoncees: dict[str, bytes]) -> DepotRecu:
    """Write ``octets`` bytes read by ``flux``; after any error, nothing remains on disk.

    Raises ParametreInvalide (empty), FichierTropGros, DisquePlein, TropDeDepots (too many receptions at once),
    EmpreinteDifferente (truncated, or other digests than ``annoncees``).
    """
    _refuser_vide(octets)
    verifier_la_taille(octets)
    with arrivee(nom, octets, annoncees) as venue:
        while venue.octets < octets and (bloc := _bloc(flux, min(_BLOC, octets - venue.octets))):
            venue.ecrire(bloc)
        if venue.octets != octets:
            raise interrompu(venue.octets, octets)
        return venue.terminer()


def interrompu(recus: int, annonces: int | None = None) -> EmpreinteDifferente:
    sur = f" sur {pluriel(annonces, 'annoncé')}" if annonces is not None else ""
    octets = pluriel(recus, "octet reçu", "octets reçus")
    return EmpreinteDifferente(f"Envoi interrompu : {octets}{sur}. Renvoyez le fichier.")


def effacer(dossier: uuid.UUID) -> None:
    shutil.rmtree(racine() / str(dossier), ignore_errors=True)


def _refuser_vide(octets: int) -> None:
    if octets <= 0:
        raise ParametreInvalide("Le fichier est vide (0 octet).")


def verifier_la_taille(octets: int) -> None:
    if octets > settings.FCE_DEPOT_TAILLE_MAX * 1024**2:
        raise FichierTropGros(
            f"Ce fichier dépasse la taille acceptée ({nombre(settings.FCE_DEPOT_TAILLE_MAX)} Mio) : "
            "compressez-le (zip ou gzip) ou faites relever FCE_DEPOT_TAILLE_MAX."
        )


def _verifier_la_place(octets: int) -> None:
    racine().mkdir(mode=0o700, parents=True, exist_ok=True)
    if libre(racine()) - RESERVE < octets:
        raise _disque_plein()


def _bloc(flux: Callable[[int], bytes], taille: int) -> bytes:
    try:
        return flux(taille)
    except OSError:  # the sender hung up: treat as the end of the bytes
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
    for reste in racine().glob(f"*{_PROVISOIRE}"):
        try:
            if time.time() - reste.stat().st_mtime > _MORTE_S:
                reste.unlink(missing_ok=True)
        except FileNotFoundError:
            continue


def presente(dossier: uuid.UUID) -> bool:
    return (racine() / str(dossier)).exists()


def effacer_orphelins(connus: set[str]) -> int:
    """Delete the folders older than an hour without a ``Depot``: their process was killed before creating the
    record."""
    orphelins = [
        d
        for d in (racine().iterdir() if racine().is_dir() else ())
        if d.is_dir() and d.name not in connus and time.time() - d.stat().st_mtime > _MORTE_S
    ]
    for dossier in orphelins:
        shutil.rmtree(dossier, ignore_errors=True)
    return len(orphelins)
