"""The child of ``processus_borne``: sets its own limits, calls one function, writes what it yields on standard output.

Started with ``python -m``, never forked: a web process has threads. The limits are set before anything else is
imported. Nothing here knows the settings, the database or the keys: the environment holds none of them.

One message of the output is a header (length of the JSON, length of the bytes), the JSON, then the bytes.
"""

import contextlib
import json
import os
import pickle
import resource
import struct
import sys
import threading
from collections.abc import Iterator
from typing import IO

Buffer = bytes | memoryview

ENTETE = struct.Struct(">IQ")


def ecrire_message(sortie: IO[bytes], texte: object, octets: Buffer = b"") -> None:
    """Write one message of the child, for its parent to read at once: a value of JSON, and bytes."""
    corps = json.dumps(texte).encode()
    sortie.write(ENTETE.pack(len(corps), len(octets)) + corps)
    sortie.write(octets)
    sortie.flush()


def _se_borner(memoire: int, processeur: int) -> None:
    # RLIMIT_DATA counts private writable memory: what a reader fills. RLIMIT_AS would count reserved addresses too,
    # which grow with the number of processors of the machine.
    resource.setrlimit(resource.RLIMIT_DATA, (memoire, memoire))
    resource.setrlimit(resource.RLIMIT_CPU, (processeur, processeur + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def _mourir_avec_le_parent() -> None:
    """Exit when the parent closes our input, or dies: a killed server must leave no reader behind."""
    while os.read(0, 1):
        pass
    os._exit(1)


def _messages(demande: bytes) -> Iterator[tuple[object, Buffer]]:
    # Written by our parent, never by a file. The arguments may need what ``preparer`` sets up.
    preparer, fonction, arguments = pickle.loads(demande)  # noqa: S301
    if preparer is not None:
        preparer()
    for dit, octets in fonction(*pickle.loads(arguments)):  # noqa: S301
        yield {"dit": dit}, octets
    yield {"fin": True}, b""


def _principal() -> int:
    _se_borner(int(sys.argv[1]), int(sys.argv[2]))
    # What a library prints must not fall between two messages.
    sortie = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with os.fdopen(os.dup(0), "rb", buffering=0) as entree:
        demande = bytearray()
        (taille,) = struct.unpack(">I", entree.read(4))
        while len(demande) < taille:
            demande += entree.read(taille - len(demande))
    threading.Thread(target=_mourir_avec_le_parent, daemon=True).start()
    try:
        for texte, octets in _messages(bytes(demande)):
            ecrire_message(sortie, texte, octets)
    except MemoryError:
        ecrire_message(sortie, {"limite": "memoire"})
    except BrokenPipeError:
        return 1
    except BaseException as erreur:
        from fce.socle.erreurs import FCEError

        # Anything else than an expected error is told by its class alone: its message may quote the file.
        connue = isinstance(erreur, FCEError)
        ecrire_message(
            sortie,
            {"refus": str(erreur), "details": erreur.details} if connue else {"erreur": type(erreur).__name__},  # type: ignore[attr-defined]
        )
    with contextlib.suppress(OSError):
        sortie.flush()
    # Threads of the libraries may still run: nothing of them is worth waiting for.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(_principal())
