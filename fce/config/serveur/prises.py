"""Close client connections by their file descriptor, because ASGI gives no handle on them.

When a reader stops reading, ``send`` waits; cancelling ``send`` does not close the connection.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_DESCRIPTEURS = Path("/dev/fd")


def couper(client: tuple[Any, ...]) -> int:
    """Close every connection of this process with a client (address, port); return how many."""
    coupees = 0
    for prise in _prises():
        with suppress(OSError):
            if _meme(prise.getpeername(), client):
                prise.shutdown(socket.SHUT_RDWR)
                coupees += 1
    return coupees


def couper_tout(port: int) -> int:
    """Close every connection that this process accepted on ``port``; return how many."""
    coupees = 0
    for prise in _prises():
        with suppress(OSError):
            if prise.getsockname()[1] == port and prise.getpeername():
                prise.shutdown(socket.SHUT_RDWR)
                coupees += 1
    return coupees


def borner_le_silence(port: int, secondes: float) -> bool:
    """Have the kernel close connections accepted from now on at ``port`` whose client acknowledges no byte for
    ``secondes`` (TCP_USER_TIMEOUT).

    This covers the end of an answer, which ``send`` has already handed to granian and the kernel. Return False when
    nothing listens at this port yet.
    """
    trouvee = False
    for prise in _prises():
        with suppress(OSError):
            if prise.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and prise.getsockname()[1] == port:
                trouvee = True
                if hasattr(socket, "TCP_USER_TIMEOUT"):
                    prise.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(1000 * secondes))
    return trouvee


def _meme(une: tuple[Any, ...], autre: tuple[Any, ...]) -> bool:
    return (une[0], int(une[1])) == (autre[0], int(autre[1]))


def _prises() -> Iterator[socket.socket]:
    for ouvert in list(_DESCRIPTEURS.iterdir()):
        with suppress(OSError), _empruntee(int(ouvert.name)) as prise:
            if prise.family in (socket.AF_INET, socket.AF_INET6) and prise.type == socket.SOCK_STREAM:
                yield prise


@contextmanager
def _empruntee(descripteur: int) -> Iterator[socket.socket]:
    """Wrap a descriptor that somebody else owns, without closing it. Raises OSError when it is no socket."""
    prise = socket.socket(fileno=descripteur)
    try:
        yield prise
    finally:
        prise.detach()
