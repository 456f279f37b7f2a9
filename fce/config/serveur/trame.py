"""How an answer is written on the connection: its head, then its body, the end of which is always known (RFC 9112)."""

from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache
from time import time
from typing import Final

from fce.config.serveur.tete import Tete

SANS_CORPS: Final = (204, 304)


class ReponseImpossible(Exception):
    """An answer that HTTP cannot carry: a header of two lines, a body of another length than was said."""


class Trame:
    """One answer, in the bytes of HTTP/1.1. ``derniere``: no other request may follow it."""

    def __init__(self, lue: Tete, statut: str, entetes: Iterable[tuple[str, str]], *, derniere: bool) -> None:
        self._annonces: int | None = None
        self._morceaux = False
        lignes = [f"HTTP/1.1 {statut}"]
        for nom, valeur in entetes:
            # Django writes a space before a cookie.
            lignes.append(f"{nom}: {valeur.strip()}")
            if nom.lower() == "content-length":
                self._annonces = int(valeur)
        self.sans_corps = lue.methode == "HEAD" or int(statut[:3]) in SANS_CORPS
        fermer = derniere or not lue.se_garde
        if self._annonces is None and not self.sans_corps:
            self._morceaux = lue.version == "1.1"
            fermer = fermer or not self._morceaux
        lignes.append(f"Date: {_date(int(time()))}")
        if self._morceaux:
            lignes.append("Transfer-Encoding: chunked")
        if fermer:
            lignes.append("Connection: close")
        self.se_garde = not fermer
        self.tete = _octets(lignes)

    def corps(self, bloc: bytes) -> bytes:
        """Return the bytes that carry a block, which is not empty. Raises ReponseImpossible."""
        if self._morceaux:
            return b"%x\r\n%b\r\n" % (len(bloc), bloc)
        if self._annonces is not None:
            self._annonces -= len(bloc)
            if self._annonces < 0:
                raise ReponseImpossible
        return bloc

    def fin(self) -> bytes:
        """Return the bytes that end the body. Raises ReponseImpossible when some of it is missing."""
        if self._annonces and not self.sans_corps:
            raise ReponseImpossible
        return b"0\r\n\r\n" if self._morceaux else b""


def _octets(lignes: list[str]) -> bytes:
    ecrites = "\r\n".join(lignes)
    # Whoever could write a line could write an answer.
    if ecrites.count("\n") != len(lignes) - 1 or ecrites.count("\r") != len(lignes) - 1 or "\0" in ecrites:
        raise ReponseImpossible
    try:
        return f"{ecrites}\r\n\r\n".encode("latin-1")
    except UnicodeEncodeError as erreur:
        raise ReponseImpossible from erreur


@lru_cache(maxsize=1)
def _date(seconde: int) -> str:
    return formatdate(seconde, usegmt=True)
