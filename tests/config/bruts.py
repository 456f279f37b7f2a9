"""Clients that do not behave: bytes as they are, bodies and heads that never end, readers who do not read."""

import socket
import time

DELAI_S = 20.0


def ouvrir(port: int, octets: bytes = b"", reception: int = 0) -> socket.socket:
    """A connection on which ``octets`` were sent. ``reception``: size of its buffer, for one who does not read."""
    prise = socket.socket()
    if reception:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, reception)
    prise.settimeout(DELAI_S)
    prise.connect(("127.0.0.1", port))
    prise.sendall(octets)
    return prise


def jusqu_a_la_fin(prise: socket.socket, delai_s: float = DELAI_S) -> bytes:
    """All that comes until the server closes; fails if it does not."""
    recu, fin = b"", time.monotonic() + delai_s
    while True:
        prise.settimeout(max(0.01, fin - time.monotonic()))
        try:
            bloc = prise.recv(1 << 20)
        except ConnectionResetError:
            return recu
        if not bloc:
            return recu
        recu += bloc


def statut(recu: bytes) -> int:
    """Status of the first answer, 0 when there is none."""
    return int(recu.split(b" ", 2)[1]) if recu else 0
