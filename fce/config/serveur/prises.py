"""The connections that granian opened in this process: ASGI gives no handle on them, and some must be closed.

A reader who stops reading makes ``send`` wait; giving up ``send`` leaves his connection open as long as he likes.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_DESCRIPTEURS = Path("/dev/fd")


def couper(client: tuple[Any, ...]) -> int:
    """Close every connection of this process with a client (address, port); return how many there were."""
    coupees = 0
    for prise in _prises():
        with suppress(OSError):
            if _meme(prise.getpeername(), client):
                prise.shutdown(socket.SHUT_RDWR)
                coupees += 1
    return coupees


def couper_tout(port: int) -> int:
    """Close every connection that this process accepted at ``port``; return how many there were."""
    coupees = 0
    for prise in _prises():
        with suppress(OSError):
            if prise.getsockname()[1] == port and prise.getpeername():
                prise.shutdown(socket.SHUT_RDWR)
                coupees += 1
    return coupees


def borner_le_silence(port: int, secondes: float) -> bool:
    """Have the kernel end the connections, accepted from now on at ``port``, whose client takes no byte for so long.

    This covers what ``send`` cannot see: the end of an answer, which is in the hands of granian and of the kernel.
    Return False when nothing listens at this port yet.
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
    """A socket of another owner: it keeps its descriptor. Raises OSError when the descriptor is no socket."""
    prise = socket.socket(fileno=descripteur)
    try:
        yield prise
    finally:
        prise.detach()
