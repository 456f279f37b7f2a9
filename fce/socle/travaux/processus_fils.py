"""The child of ``processus_borne``: sets its limits, calls one function, writes what it yields on standard output.

Started with ``python -m``, never forked, because a web process has threads. Sets its limits before importing anything
else. Its environment has no settings, database address or key.

A message is a header (length of the JSON, length of the bytes), the JSON, then the bytes.
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
    """Write one message (a JSON value and bytes) and flush, so that the parent can read it at once."""
    corps = json.dumps(texte).encode()
    sortie.write(ENTETE.pack(len(corps), len(octets)) + corps)
    sortie.write(octets)
    sortie.flush()


def _se_borner(memoire: int, processeur: int) -> None:
    # RLIMIT_DATA counts private writable memory, what a file reader fills. RLIMIT_AS would also count reserved
    # addresses, which grow with the number of processors.
    resource.setrlimit(resource.RLIMIT_DATA, (memoire, memoire))
    resource.setrlimit(resource.RLIMIT_CPU, (processeur, processeur + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def _mourir_avec_le_parent() -> None:
    """Exit when the parent closes our standard input or dies, so that a killed server leaves no child."""
    while os.read(0, 1):
        pass
    os._exit(1)


def _messages(demande: bytes) -> Iterator[tuple[object, Buffer]]:
    # The request comes from our parent, never from a file. Call ``preparer`` before unpickling the arguments.
    preparer, fonction, arguments = pickle.loads(demande)  # noqa: S301
    if preparer is not None:
        preparer()
    for dit, octets in fonction(*pickle.loads(arguments)):  # noqa: S301
        yield {"dit": dit}, octets
    yield {"fin": True}, b""


def _principal() -> int:
    _se_borner(int(sys.argv[1]), int(sys.argv[2]))
    # A library that prints must not write between two messages: redirect standard output to /dev/null.
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
    except (MemoryError, SystemError):  # some C code without memory fails without saying why
        ecrire_message(sortie, {"limite": "memoire"})
    except BrokenPipeError:
        return 1
    except BaseException as erreur:
        from fce.socle.erreurs import FCEError

        # For an unexpected error, send only its class: its message may quote the file.
        connue = isinstance(erreur, FCEError)
        ecrire_message(
            sortie,
            {"refus": str(erreur), "details": erreur.details} if connue else {"erreur": type(erreur).__name__},  # type: ignore[attr-defined]
        )
    with contextlib.suppress(OSError):
        sortie.flush()
    # Do not wait for threads of the libraries.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(_principal())
