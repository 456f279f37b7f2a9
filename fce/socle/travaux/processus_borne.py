"""Run one function in a child process with limits of memory, processor and time, to read files from outsiders.

The child is a new Python (``fce.socle.travaux.processus_fils``) whose environment has neither the database address nor
any key. It cannot write files. It sends back JSON and bytes, of bounded size, which the parent never unpickles.
"""

import fcntl
import json
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, Final, Literal

from fce.socle.erreurs import FCEError
from fce.socle.travaux.processus_fils import ENTETE

TEXTE_MAX: Final = 64 << 20
OCTETS_MAX: Final = 512 << 20
"""Largest message in bytes: what the parent may have to hold in memory."""
_TUYAU: Final = 1 << 20
_F_SETPIPE_SZ: Final = 1031
_GARDEES: Final = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "PYTHONPYCACHEPREFIX")
_FILS_MAX: Final = 8

Motif = Literal["memoire", "processeur", "duree", "arret"]


@dataclass(frozen=True, slots=True)
class BornesDuFils:
    """Limits of one child: private memory in MiB, processor seconds, total seconds."""

    memoire: int
    processeur: int
    duree: float


class FilsArrete(Exception):
    """The child exceeded a limit and is dead. ``motif``: which limit; "arret" for any other death.

    ``detail``: class of the error that ended it, if any.
    """

    def __init__(self, motif: Motif, detail: str = "") -> None:
        super().__init__(f"{motif} {detail}".strip())
        self.motif: Motif = motif
        self.detail = detail


class RefusDuFils(Exception):
    """The function raised an expected error (``FCEError``), whose message and details are copied here."""

    def __init__(self, message: str, details: dict[str, Any]) -> None:
        super().__init__(message)
        self.message, self.details = message, details


_sur_place = False


@contextmanager
def sur_place() -> Iterator[None]:
    """Run the functions in this process without limits, for files that this same command has written.

    Applies to all the threads. A child takes more than a second of processor to start, and the demonstration reads
    eighty of its own files.
    """
    global _sur_place
    _sur_place, avant = True, _sur_place
    try:
        yield
    finally:
        _sur_place = avant


def executer(
    fonction: Callable[..., Iterable[tuple[Any, bytes]]],
    *arguments: object,
    bornes: BornesDuFils,
    preparer: Callable[[], None] | None = None,
) -> Iterator[tuple[Any, bytes | bytearray]]:
    """Yield what ``fonction(*arguments)`` yields in the child: each time a JSON value and bytes.

    ``fonction`` is a module-level function; ``arguments`` can be pickled. The child calls ``preparer`` before it
    unpickles them, since their classes may need it. Closing the iterator kills the child. Raises FilsArrete,
    RefusDuFils.
    """
    if _sur_place:
        yield from _executer_sur_place(fonction, *arguments)
        return
    fin = time.monotonic() + bornes.duree
    with closing(_Fils(bornes)) as fils:
        fils.demander(pickle.dumps((preparer, fonction, pickle.dumps(arguments))))
        while True:
            texte, octets = fils.lire_message(fin)
            match texte:
                case {"dit": dit}:
                    yield dit, octets
                case {"fin": True}:
                    return
                case {"refus": str(message), "details": dict(details)}:
                    raise RefusDuFils(message, details)
                case {"limite": "memoire"}:
                    raise FilsArrete("memoire")
                case {"erreur": str(nom)}:
                    raise FilsArrete("arret", nom)
                case _:
                    raise FilsArrete("arret", "message")


def _executer_sur_place(
    fonction: Callable[..., Iterable[tuple[Any, bytes]]], *arguments: object
) -> Iterator[tuple[Any, bytes]]:
    """Yield what the child would yield, after the same pickle and JSON conversions."""
    try:
        for dit, octets in fonction(*pickle.loads(pickle.dumps(arguments))):  # noqa: S301  our own arguments
            yield json.loads(json.dumps(dit)), octets
    except FCEError as erreur:
        raise RefusDuFils(erreur.message, json.loads(json.dumps(erreur.details))) from erreur


class _Fils:
    """One child process; ``close`` kills it."""

    def __init__(self, bornes: BornesDuFils) -> None:
        environnement = {nom: os.environ[nom] for nom in _GARDEES if nom in os.environ}
        environnement |= {
            "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "POLARS_MAX_THREADS": str(min(_FILS_MAX, os.cpu_count() or 1)),
            "OPENBLAS_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        self._processus = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "fce.socle.travaux.processus_fils",
                str(bornes.memoire << 20),
                str(bornes.processeur),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=environnement,
            # Ctrl-C in a terminal must not reach the child: the parent kills it.
            start_new_session=True,
        )
        assert self._processus.stdin  # noqa: S101 – a pipe was asked for
        assert self._processus.stdout  # noqa: S101 – id.
        self._entree: IO[bytes] = self._processus.stdin
        self._sortie: IO[bytes] = self._processus.stdout
        with suppress(OSError):
            fcntl.fcntl(self._sortie.fileno(), _F_SETPIPE_SZ, _TUYAU)

    def demander(self, demande: bytes) -> None:
        """Send the request; raises FilsArrete when the child is already dead."""
        try:
            vue = memoryview(struct.pack(">I", len(demande)) + demande)
            while vue:
                vue = vue[self._entree.write(vue) or 0 :]
        except BrokenPipeError:
            raise self._mort() from None

    def lire_message(self, fin: float) -> tuple[Any, bytearray]:
        """Read one message before ``fin`` (monotonic clock). Raises FilsArrete."""
        longueur_texte, longueur = ENTETE.unpack(self._recevoir(ENTETE.size, fin))
        if longueur_texte > TEXTE_MAX or longueur > OCTETS_MAX:
            raise FilsArrete("memoire")
        return json.loads(self._recevoir(longueur_texte, fin)), self._recevoir(longueur, fin)

    def close(self) -> None:
        with suppress(ProcessLookupError):
            self._processus.kill()
        self._entree.close()
        self._sortie.close()
        self._processus.wait()

    def _recevoir(self, taille: int, fin: float) -> bytearray:
        octets = bytearray(taille)
        vue, guet = memoryview(octets), select.poll()
        guet.register(self._sortie, select.POLLIN)
        while vue:
            reste = fin - time.monotonic()
            if reste <= 0 or not guet.poll(reste * 1000):
                raise FilsArrete("duree")
            recus = self._sortie.readinto(vue)  # type: ignore[attr-defined]
            if not recus:
                raise self._mort()
            vue = vue[recus:]
        return octets

    def _mort(self) -> FilsArrete:
        """Return why the child closed its output before the end."""
        try:
            code = self._processus.wait(5)
        except subprocess.TimeoutExpired:
            return FilsArrete("arret")
        # SIGABRT: an allocation failed in a native library. SIGKILL: the kernel ran out of memory.
        motifs: dict[int, Motif] = {
            -signal.SIGXCPU: "processeur",
            -signal.SIGABRT: "memoire",
            -signal.SIGKILL: "memoire",
        }
        return FilsArrete(motifs.get(code, "arret"), f"code {code}")
