"""Encryption to a recipient's public key, in the ``age`` format: ``age -d -i CLE fichier.age`` reads our files too.

The machine that runs the service holds the public key only, so whoever steals it cannot read its backups.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage
from django.conf import settings
from pyrage import x25519

from fce.sauvegarde.erreurs import RestaurationRefusee, SauvegardeRefusee


@dataclass(frozen=True, slots=True)
class FichierChiffre:
    """Size and SHA-256 of the encrypted bytes, so that a damaged file is found without the private key."""

    octets: int
    sha256: str


def destinataire() -> Any:
    """The public key of ``FCE_SAUVEGARDE_DESTINATAIRE``. Raises SauvegardeRefusee when it is missing or wrong."""
    if not settings.FCE_SAUVEGARDE_DESTINATAIRE:
        raise SauvegardeRefusee(
            "Une sauvegarde est toujours chiffrée : mettez dans FCE_SAUVEGARDE_DESTINATAIRE la clé publique (« age1… "
            "») faite par « age-keygen » sur une autre machine, qui garde la clé privée."
        )
    try:
        return x25519.Recipient.from_str(settings.FCE_SAUVEGARDE_DESTINATAIRE)
    except pyrage.RecipientError as erreur:
        raise SauvegardeRefusee("FCE_SAUVEGARDE_DESTINATAIRE est une clé publique d’age : « age1… ».") from erreur


def identite(chemin: Path) -> Any:
    """The private key in a file made by ``age-keygen``. Raises RestaurationRefusee."""
    try:
        lignes = chemin.read_text("utf-8").splitlines()
        return x25519.Identity.from_str(next(x.strip() for x in lignes if x.startswith("AGE-SECRET-KEY-")))
    except OSError as erreur:
        raise RestaurationRefusee(
            f"{chemin} ne se laisse pas lire ({erreur.strerror}) : donnez le chemin entier d’un fichier que le compte "
            "du service peut lire."
        ) from erreur
    except (UnicodeDecodeError, StopIteration, pyrage.IdentityError) as erreur:
        raise RestaurationRefusee(
            f"{chemin} n’est pas une clé privée d’age (« AGE-SECRET-KEY-1… ») : donnez le fichier d’« age-keygen »."
        ) from erreur


def chiffrer(contenu: bytes) -> bytes:
    return bytes(pyrage.encrypt(contenu, [destinataire()]))


def dechiffrer(contenu: bytes, cle: Any) -> bytes:
    """Raises RestaurationRefusee when the bytes are damaged, or encrypted to another key."""
    try:
        return bytes(pyrage.decrypt(contenu, [cle]))
    except (pyrage.DecryptError, OSError) as erreur:
        raise RestaurationRefusee(
            "Cette clé privée n’ouvre pas la sauvegarde, ou ses octets ont été changés."
        ) from erreur


def chiffrer_vers(entree: IO[bytes], chemin: Path) -> FichierChiffre:
    """Encrypt a stream into a file, on disk when this returns. Raises OSError."""
    with chemin.open("xb") as sortie:
        compteur = _Compteur(sortie)
        try:
            pyrage.encrypt_io(entree, compteur, [destinataire()])
        except pyrage.EncryptError:
            if compteur.erreur is None:
                raise
            raise compteur.erreur from None
        sortie.flush()
        os.fsync(sortie.fileno())
    return FichierChiffre(compteur.octets, compteur.empreinte.hexdigest())


def chiffrer_ce_que(ecrit: Callable[[IO[bytes]], None], chemin: Path) -> FichierChiffre:
    """Encrypt into a file what ``ecrit`` writes, without keeping it in memory or on disk. Raises what it raises."""
    lecture, ecriture = os.pipe()
    erreurs: list[BaseException] = []

    def produire() -> None:
        try:
            with open(ecriture, "wb") as flux:
                ecrit(flux)
        except BaseException as erreur:
            erreurs.append(erreur)

    fil = threading.Thread(target=produire, name="sauvegarde")
    fil.start()
    try:
        with open(lecture, "rb") as entree:
            fait = chiffrer_vers(entree, chemin)
    finally:
        fil.join()  # the pipe is closed: a producer that still writes ends with BrokenPipeError
    if erreurs:
        raise erreurs[0]
    return fait


def dechiffrer_vers(chemin: Path, cle: Any, sortie: Path) -> None:
    """Decrypt a file, readable by its owner only. Raises RestaurationRefusee, OSError."""
    descripteur = os.open(sortie, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with _disant(chemin), chemin.open("rb") as entree, open(descripteur, "wb") as ecrite:
        pyrage.decrypt_io(entree, ecrite, [cle])


@contextlib.contextmanager
def _disant(chemin: Path) -> Iterator[None]:
    try:
        yield
    except pyrage.DecryptError as erreur:
        raise RestaurationRefusee(
            f"{chemin.name} ne se déchiffre pas : cette clé privée n’est pas celle de la sauvegarde."
        ) from erreur
    except OSError as erreur:
        if erreur.errno is not None:  # a failure of the disk
            raise
        raise RestaurationRefusee(f"{chemin.name} est abîmé : prenez une autre sauvegarde.") from erreur


class _Compteur:
    """A writer that hashes and counts what it passes on, and keeps the error of the disk, which ``age`` loses."""

    def __init__(self, sortie: IO[bytes]) -> None:
        self._sortie, self.octets, self.empreinte = sortie, 0, hashlib.sha256()
        self.erreur: OSError | None = None

    def write(self, bloc: bytes) -> int:
        try:
            self._sortie.write(bloc)
        except OSError as erreur:
            self.erreur = erreur
            raise
        self.empreinte.update(bloc)
        self.octets += len(bloc)
        return len(bloc)

    def flush(self) -> None:
        self._sortie.flush()
