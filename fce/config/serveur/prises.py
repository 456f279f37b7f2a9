"""Client connections, found among the file descriptors of this process, because ASGI gives no handle on them.

When a reader stops reading, ``send`` waits; cancelling ``send`` does not close the connection.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_DESCRIPTEURS = Path("/dev/fd")


def couper(client: tuple[Any, ...]) -> int:
    """Close every connection of this process with a client (address, port); return how many."""
    return _couper(lambda prise: prise.getpeername()[:2] == (client[0], int(client[1])))


def couper_tout(port: int) -> int:
    """Close every connection that this process accepted on ``port``; return how many."""
    return _couper(lambda prise: prise.getsockname()[1] == port and bool(prise.getpeername()))


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


def _couper(a_couper: Callable[[socket.socket], bool]) -> int:
    coupees = 0
    for prise in _prises():
        with suppress(OSError):
            if a_couper(prise):
                prise.shutdown(socket.SHUT_RDWR)
                coupees += 1
    return coupees


def _prises() -> Iterator[socket.socket]:
    """The TCP sockets of this process, each borrowed from its owner for one turn of the loop."""
    for ouvert in list(_DESCRIPTEURS.iterdir()):
        with suppress(OSError):  # not a socket
            prise = socket.socket(fileno=int(ouvert.name))
            try:
                if prise.family in (socket.AF_INET, socket.AF_INET6) and prise.type == socket.SOCK_STREAM:
                    yield prise
            finally:
                prise.detach()
