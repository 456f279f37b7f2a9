"""Rate limits counted together by all the processes of a machine, in one file of fixed size under ``FCE_DATA_DIR``.

No database and no daemon: each access takes a ``flock``, which the kernel releases when a process dies. The file
survives a restart. It holds keyed hashes of the readers, never their addresses.

A reader's hash gives his group of eight cells. When they are taken, a new reader gets an expired one, otherwise that
of the reader who used the smallest part of his limit. A reader who used all of it keeps his cell, so that a crowd of
new readers cannot erase a refusal.
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
from typing import Final, NamedTuple

import structlog
from django.conf import settings

TRANCHES: Final = 20
"""Slices of a period. Counts expire one slice at a time, hence at most 5 % of the period late."""
_CASE: Final = struct.Struct(f"<9sBIQ{TRANCHES + 1}H")
"""A cell: reader (hash), part of the limit used (0 to ``PLEIN``), second when the cell expires, last slice counted,
count of each slice."""
_MARQUE: Final = 9
PLEIN: Final = 255
GROUPES: Final = 8192
PAR_GROUPE: Final = 8
"""Cells of one group: the hash of a reader gives his group, ``_place`` his cell."""
_OCTETS_GROUPE: Final = _CASE.size * PAR_GROUPE
OCTETS_TABLE: Final = GROUPES * _OCTETS_GROUPE
ESSAIS: Final = 20
_PAUSE_S: Final = 0.001
log = structlog.get_logger("fce.debit")


def partages() -> "Compteurs":
    """Return the table of the current data folder; each limit has its own name in it."""
    return _table(Path(settings.FCE_DATA_DIR), settings.SECRET_KEY)


@lru_cache(maxsize=4)
def _table(dossier: Path, secret: str) -> "Compteurs":
    cle = hashlib.sha256(b"fce.debit " + secret.encode()).digest()
    return Compteurs(dossier / "debit" / "compteurs-2", cle)


NOMBRE_MAX: Final = 65_535


@dataclass(frozen=True, slots=True)
class Limite:
    """At most ``nombre`` requests (up to ``NOMBRE_MAX``) in any ``periode_s`` seconds."""

    nom: str
    nombre: int
    periode_s: float = 60.0


class Consommation(NamedTuple):
    """What a reader may ask: seconds to wait (0.0: now), requests that are left, seconds until more are (0.0: he has
    made none)."""

    attente: float
    reste: int
    suite: float


RESEAUX_IPV6: Final = ((64, 1), (56, 4), (48, 16))
"""(prefix length, factor): each network around an IPv6 address may use this many times the limit of one reader. A
reader owns at least a /64 and may hold a /56 or a /48, so counting single addresses would not limit him."""


def reseaux(adresse: str) -> tuple[tuple[str, int], ...]:
    """Return the networks in which ``adresse`` (an address, or its /64) counts, narrowest first, each with its factor.

    An IPv4 address, or anything that is not an address, counts as itself.
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


def abonne(adresse: str) -> str:
    """The network of whoever sends from ``adresse``: an IPv6 subscriber holds a /56, with its 256 /64."""
    return reseaux(adresse)[:2][-1][0]


Suspens = list[Callable[[], object]]
_suspens: ContextVar[Suspens | None] = ContextVar("compteurs_en_suspens", default=None)


@contextlib.contextmanager
def en_suspens() -> Iterator[Suspens]:
    """Check limits as usual in this thread but postpone counting: call the functions of the list to count.

    For a request that may be run twice and must be counted once.
    """
    suspens: Suspens = []
    jeton = _suspens.set(suspens)
    try:
        yield suspens
    finally:
        _suspens.reset(jeton)


class Compteurs:
    """The table of counters. Times are seconds of a clock that all the processes share."""

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
        return self._demander(qui, limite, cout, maintenant, noter=suspens is None).attente

    def prendre_pour(self, adresse: str, limite: Limite, cout: int, maintenant: float) -> float:
        """As ``prendre``, for a network address; an IPv6 address also counts in the networks around it
        (``reseaux``)."""
        for reseau, facteur in reseaux(adresse):
            large = replace(limite, nombre=min(limite.nombre * facteur, NOMBRE_MAX))
            if attente := self.prendre(reseau, large, cout, maintenant):
                return attente
        return 0.0

    def attente(self, qui: str, limite: Limite, maintenant: float) -> float:
        """Return the seconds before ``qui`` may ask again, without counting."""
        return self._demander(qui, limite, 1, maintenant, noter=False).attente

    def compte(self, qui: str, limite: Limite, maintenant: float) -> Consommation:
        """Return what is counted for ``qui``, without counting."""
        return self._demander(qui, limite, 0, maintenant, noter=False)

    def _demander(self, qui: str, limite: Limite, cout: int, maintenant: float, *, noter: bool) -> Consommation:
        marque = hashlib.blake2b(f"{limite.nom} {qui}".encode(), digest_size=16, key=self._cle).digest()
        place = int.from_bytes(marque[14:]) % GROUPES * _OCTETS_GROUPE
        with self._verrou:
            try:
                with self._ouverte() as descripteur:
                    groupe = bytearray(os.pread(descripteur, _OCTETS_GROUPE, place).ljust(_OCTETS_GROUPE, b"\0"))
                    compte = _compter(groupe, marque[:_MARQUE], limite, cout, maintenant)
                    if noter and not compte.attente:
                        os.pwrite(descripteur, groupe, place)
                self._seul = None
            except OSError as erreur:
                # The file cannot be used: each process counts its own readers in memory.
                if self._seul is None:
                    log.error("compteurs_indisponibles", erreur=type(erreur).__name__)
                    self._seul = bytearray(OCTETS_TABLE)
                groupe = self._seul[place : place + _OCTETS_GROUPE]
                compte = _compter(groupe, marque[:_MARQUE], limite, cout, maintenant)
                if noter and not compte.attente:
                    self._seul[place : place + _OCTETS_GROUPE] = groupe
        return compte

    @contextlib.contextmanager
    def _ouverte(self) -> Iterator[int]:
        """Lock the file for this process and yield its descriptor. Raises OSError."""
        if self._descripteur < 0:
            self._descripteur = _ouvrir(self._chemin)
        for reste in reversed(range(ESSAIS)):
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
        # Allocate the whole file now, so that a disk filling up later does not break it.
        os.posix_fallocate(descripteur, 0, OCTETS_TABLE)
    except OSError:
        os.close(descripteur)
        raise
    return descripteur


def _compter(groupe: bytearray, marque: bytes, limite: Limite, cout: int, maintenant: float) -> Consommation:
    """Add ``cout`` to a reader if his limit allows.

    When all the cells of the group belong to readers at their limit, the new reader is served and not counted.
    """
    pas = limite.periode_s / TRANCHES
    tranche = int(maintenant / pas)
    place = _place(groupe, marque, maintenant)
    if place is None:
        return Consommation(0.0, limite.nombre, 0.0)
    connue, _, _, derniere, *comptes = _CASE.unpack_from(groupe, place)
    # The cell is another reader's, expired, or from a clock since set back: start from zero.
    if connue != marque or not -1 <= tranche - derniere <= TRANCHES:
        comptes = [0] * (TRANCHES + 1)
    else:
        tranche = max(tranche, derniere)
        for passee in range(derniere + 1, tranche + 1):
            comptes[passee % (TRANCHES + 1)] = 0
    tenues = range(tranche - TRANCHES, tranche + 1)
    pris = sum(comptes)
    total = pris + cout - limite.nombre
    if total > 0:
        for ancienne in tenues:
            total -= comptes[ancienne % (TRANCHES + 1)]
            if total <= 0:
                attente = (ancienne + TRANCHES + 1) * pas - maintenant
                return Consommation(attente, max(0, limite.nombre - pris), attente)
    comptes[tranche % (TRANCHES + 1)] += cout
    part = PLEIN * (pris + cout) // limite.nombre
    oubli = math.ceil((tranche + TRANCHES + 1) * pas) % 2**32
    _CASE.pack_into(groupe, place, marque, part, oubli, tranche, *comptes)
    premiere = next((t for t in tenues if comptes[t % (TRANCHES + 1)]), None)
    suite = 0.0 if premiere is None else (premiere + TRANCHES + 1) * pas - maintenant
    return Consommation(0.0, max(0, limite.nombre - pris - cout), suite)


def _place(groupe: bytearray, marque: bytes, maintenant: float) -> int | None:
    """Return the offset of the reader's cell, else of the cell to reuse; None when all are at their limit and not
    expired."""
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
