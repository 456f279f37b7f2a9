"""What each reader asked lately, counted together by all the processes of a machine, in one small file.

No database, no daemon: a table of fixed size under ``FCE_DATA_DIR``, read and written under a lock that the system lets
go when a process dies. It outlives a restart. No address is in it, only fingerprints that the secret key makes.

A counter that may still refuse somebody outlives a crowd of new readers: a cell is taken back once its period is over,
else from the reader who used the least of his limit, never from one who used it up.
"""

import contextlib
import fcntl
import hashlib
import ipaddress
import math
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings

TRANCHES: Final = 20
"""Parts of a period: what is older than the period is forgotten one part at a time, hence 5 % late at most."""
_CASE: Final = struct.Struct(f"<9sBIQ{TRANCHES + 1}H")
"""A cell: who (a fingerprint), which part of his limit he used (to ``PLEIN``), the second when all is forgotten,
the last slice counted, the counts of the slices."""
_MARQUE: Final = 9
PLEIN: Final = 255
_GROUPES: Final = 8192
PAR_GROUPE: Final = 8
"""Readers that fall in the same group: ``_place`` says whose cell a new one takes."""
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
    return Compteurs(dossier / "debit" / "compteurs-2", cle)


NOMBRE_MAX: Final = 65_535


@dataclass(frozen=True, slots=True)
class Limite:
    """At most ``nombre`` (up to ``NOMBRE_MAX``) in any ``periode_s`` seconds."""

    nom: str
    nombre: int
    periode_s: float = 60.0


RESEAUX_IPV6: Final = ((64, 1), (56, 4), (48, 16))
"""Networks of an IPv6 address, by length of prefix, and how many times the limit of one reader each may use. A reader
holds a /64 at least, all of whose addresses are his to choose; one delegation may give him a /56 or a /48."""


def reseaux(adresse: str) -> tuple[tuple[str, int], ...]:
    """The networks in which ``adresse`` (an address, or the /64 of one) counts, narrowest first, each with its factor.

    Whatever is no IPv6 address counts alone, as itself.
    """
    try:
        ip = ipaddress.ip_interface(adresse).ip
    except ValueError:
        return ((adresse, 1),)
    if not isinstance(ip, ipaddress.IPv6Address) or ip.ipv4_mapped:
        return ((adresse, 1),)
    return tuple(
        (str(ipaddress.ip_network((int(ip), longueur), strict=False)), facteur) for longueur, facteur in RESEAUX_IPV6
    )


Suspens = list[Callable[[], object]]
_suspens: ContextVar[Suspens | None] = ContextVar("compteurs_en_suspens", default=None)


@contextlib.contextmanager
def en_suspens() -> Iterator[Suspens]:
    """Answer as usual, in this thread, but put off what is to be counted: call what the list holds to count it.

    For a request that may be run again, and would then be counted twice.
    """
    suspens: Suspens = []
    jeton = _suspens.set(suspens)
    try:
        yield suspens
    finally:
        _suspens.reset(jeton)


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
        cout = min(cout, limite.nombre)
        if (suspens := _suspens.get()) is not None:
            suspens.append(partial(self._demander, qui, limite, cout, maintenant, noter=True))
        return self._demander(qui, limite, cout, maintenant, noter=suspens is None)

    def prendre_pour(self, adresse: str, limite: Limite, cout: int, maintenant: float) -> float:
        """Count ``cout`` for a network address, and for the networks around an IPv6 one; as ``prendre`` otherwise."""
        for reseau, facteur in reseaux(adresse):
            large = replace(limite, nombre=min(limite.nombre * facteur, NOMBRE_MAX))
            if attente := self.prendre(reseau, large, cout, maintenant):
                return attente
        return 0.0

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
                    attente = _compter(groupe, marque[:_MARQUE], limite, cout, maintenant)
                    if noter and not attente:
                        os.pwrite(descripteur, groupe, place)
                self._seul = None
            except OSError as erreur:
                # Alone then: each process holds its own readers back.
                if self._seul is None:
                    log.error("compteurs_indisponibles", erreur=type(erreur).__name__)
                    self._seul = bytearray(OCTETS_TABLE)
                groupe = self._seul[place : place + _OCTETS_GROUPE]
                attente = _compter(groupe, marque[:_MARQUE], limite, cout, maintenant)
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
    """Add ``cout`` to the reader of a group, if he may; return the seconds that he has to wait.

    When every cell belongs to a reader who used his limit up, a new reader is served and not counted.
    """
    pas = limite.periode_s / TRANCHES
    tranche = int(maintenant / pas)
    place = _place(groupe, marque, maintenant)
    if place is None:
        return 0.0
    connue, _, _, derniere, *comptes = _CASE.unpack_from(groupe, place)
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
    part = PLEIN * sum(comptes) // limite.nombre
    oubli = math.ceil((tranche + TRANCHES + 1) * pas) % 2**32
    _CASE.pack_into(groupe, place, marque, part, oubli, tranche, *comptes)
    return 0.0


def _place(groupe: bytearray, marque: bytes, maintenant: float) -> int | None:
    """Where this reader is in his group, else the cell that he may take; None when all are used up and still count."""
    libres = []
    for place in range(0, len(groupe), _CASE.size):
        if groupe.startswith(marque, place):
            return place
        part, oubli = groupe[place + _MARQUE], int.from_bytes(groupe[place + 10 : place + 14], "little")
        if oubli <= maintenant:
            part = 0
        if part < PLEIN:
            libres.append((part, oubli, place))
    return min(libres)[2] if libres else None
