"""What each reader asked lately, counted together by all the processes of a machine, in one small file.

No database, no daemon: a table of fixed size under ``FCE_DATA_DIR``, read and written under a lock that the system lets
go when a process dies. It outlives a restart. No address is in it, only fingerprints that the secret key makes.
"""

import contextlib
import fcntl
import hashlib
import os
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings

TRANCHES: Final = 20
"""Parts of a period: what is older than the period is forgotten one part at a time, hence 5 % late at most."""
_CASE: Final = struct.Struct(f"<14sQ{TRANCHES + 1}H")
_GROUPES: Final = 8192
PAR_GROUPE: Final = 8
"""Readers that fall in the same group; the one heard least recently is forgotten first."""
_OCTETS_GROUPE: Final = _CASE.size * PAR_GROUPE
OCTETS_TABLE: Final = _GROUPES * _OCTETS_GROUPE
_ESSAIS: Final = 20
_PAUSE_S: Final = 0.001
log = structlog.get_logger("fce.debit")


def partages() -> "Compteurs":
    """Return the table of the data folder in place: every limit of rate is counted there, one name each."""
    return _table(Path(settings.FCE_DATA_DIR), settings.SECRET_KEY)


@lru_cache(maxsize=4)
def _table(dossier: Path, secret: str) -> "Compteurs":
    cle = hashlib.sha256(b"fce.debit " + secret.encode()).digest()
    return Compteurs(dossier / "debit" / "compteurs-1", cle)


@dataclass(frozen=True, slots=True)
class Limite:
    """At most ``nombre`` (up to 65 535) in any ``periode_s`` seconds."""

    nom: str
    nombre: int
    periode_s: float = 60.0


class Compteurs:
    """The table. Times are seconds of a clock that all the processes share."""

    def __init__(self, chemin: Path, cle: bytes) -> None:
        self._chemin, self._cle = chemin, cle
        self._verrou = threading.Lock()
        self._descripteur = -1
        self._seul: bytearray | None = None

    def __del__(self) -> None:
        if self._descripteur >= 0:
            os.close(self._descripteur)

    def prendre(self, qui: str, limite: Limite, cout: int, maintenant: float) -> float:
        """Count ``cout`` for ``qui`` and return 0.0; beyond the limit, count nothing and return the seconds to wait."""
        return self._demander(qui, limite, min(cout, limite.nombre), maintenant, noter=True)

    def attente(self, qui: str, limite: Limite, maintenant: float) -> float:
        """The seconds before ``qui`` may ask once more; nothing is counted."""
        return self._demander(qui, limite, 1, maintenant, noter=False)

    def _demander(self, qui: str, limite: Limite, cout: int, maintenant: float, *, noter: bool) -> float:
        marque = hashlib.blake2b(f"{limite.nom} {qui}".encode(), digest_size=16, key=self._cle).digest()
        place = int.from_bytes(marque[14:]) % _GROUPES * _OCTETS_GROUPE
        with self._verrou:
            try:
                with self._ouverte() as descripteur:
                    groupe = bytearray(os.pread(descripteur, _OCTETS_GROUPE, place).ljust(_OCTETS_GROUPE, b"\0"))
                    attente = _compter(groupe, marque[:14], limite, cout, maintenant)
                    if noter and not attente:
                        os.pwrite(descripteur, groupe, place)
                self._seul = None
            except OSError as erreur:
                # Alone then: each process holds its own readers back.
                if self._seul is None:
                    log.error("compteurs_indisponibles", erreur=type(erreur).__name__)
                    self._seul = bytearray(OCTETS_TABLE)
                groupe = self._seul[place : place + _OCTETS_GROUPE]
                attente = _compter(groupe, marque[:14], limite, cout, maintenant)
                if noter and not attente:
                    self._seul[place : place + _OCTETS_GROUPE] = groupe
        return attente

    @contextlib.contextmanager
    def _ouverte(self) -> Iterator[int]:
        """The file, for this process alone. Raises OSError."""
        if self._descripteur < 0:
            self._descripteur = _ouvrir(self._chemin)
        for reste in reversed(range(_ESSAIS)):
            try:
                fcntl.flock(self._descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not reste:
                    raise
                time.sleep(_PAUSE_S)
        try:
            yield self._descripteur
        finally:
            fcntl.flock(self._descripteur, fcntl.LOCK_UN)


def _ouvrir(chemin: Path) -> int:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    descripteur = os.open(chemin, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # All of its room at once: a disk that fills up later changes nothing.
        os.posix_fallocate(descripteur, 0, OCTETS_TABLE)
    except OSError:
        os.close(descripteur)
        raise
    return descripteur


def _compter(groupe: bytearray, marque: bytes, limite: Limite, cout: int, maintenant: float) -> float:
    """Add ``cout`` to the reader of a group, if he may; return the seconds that he has to wait."""
    pas = limite.periode_s / TRANCHES
    tranche = int(maintenant / pas)
    place = _place(groupe, marque)
    connue, derniere, *comptes = _CASE.unpack_from(groupe, place)
    # Too old, or from a clock that has been put back: nothing is known of him.
    if connue != marque or not -1 <= tranche - derniere <= TRANCHES:
        comptes = [0] * (TRANCHES + 1)
    else:
        tranche = max(tranche, derniere)
        for passee in range(derniere + 1, tranche + 1):
            comptes[passee % (TRANCHES + 1)] = 0
    total = sum(comptes) + cout - limite.nombre
    if total > 0:
        for ancienne in range(tranche - TRANCHES, tranche + 1):
            total -= comptes[ancienne % (TRANCHES + 1)]
            if total <= 0:
                return (ancienne + TRANCHES + 1) * pas - maintenant
    comptes[tranche % (TRANCHES + 1)] += cout
    _CASE.pack_into(groupe, place, marque, tranche, *comptes)
    return 0.0


def _place(groupe: bytearray, marque: bytes) -> int:
    """Where this reader is in his group, or where the one heard least recently is."""
    anciennes = []
    for place in range(0, len(groupe), _CASE.size):
        if groupe.startswith(marque, place):
            return place
        anciennes.append((int.from_bytes(groupe[place + 14 : place + 22], "little"), place))
    return min(anciennes)[1]
