"""The head of a request, read strictly: what two servers could understand in two ways is refused (RFC 9112 §11.2)."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import httptools

TETE_MAX: Final = 65_536
"""Bytes of a whole head, and of any line of it."""
_FIN: Final = b"\r\n\r\n"
_PREMIERE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ((?:/|\*(?= ))[!-~]*) HTTP/(1\.[01])\r\n")
_AMBIGU = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?!\n|\Z)|\n[ \t]")
"""A control character, a line that does not end by CR LF, a folded one."""
_QUELCONQUE: Final = b"GET / HTTP/1.1\r\n"
"""What the parser is told of the first line, already read: a method that it does not know has a page of ours."""
_MAL_FAITE = "Cette demande n’est pas écrite comme le veut HTTP/1.1."


class TeteRefusee(Exception):
    """A request that is not served: status, and the sentence that says what to do. ``reessayer``: seconds to wait."""

    def __init__(self, statut: int, message: str, code: str = "demande_incorrecte", reessayer: int = 0) -> None:
        super().__init__(message)
        self.statut, self.message, self.code, self.reessayer = statut, message, code, reessayer


@dataclass(frozen=True, slots=True)
class Tete:
    """A request before its body.

    ``cible``: path and query, as sent; ``entetes``: names in lower case; ``octets``: of the body announced;
    ``se_garde``: the connection may serve another request; ``attend``: the body comes once it is asked for.
    """

    methode: str
    cible: bytes
    version: str
    entetes: tuple[tuple[bytes, bytes], ...]
    octets: int
    se_garde: bool
    attend: bool


async def lire(recu: bytes, suite: Callable[[], Awaitable[bytes]]) -> tuple[Tete, bytes]:
    """Read a head of which ``recu`` has come, and return it with the bytes that came after it.

    ``suite`` returns the next bytes. Raises TeteRefusee, EOFError (the client left).
    """
    vus = 0
    while (fin := _fin(recu, vus)) < 0:
        vus = len(recu)
        neuf = await suite()
        if not neuf:
            raise EOFError
        recu += neuf
    return _analyser(recu[:fin]), recu[fin:]


def deja_lue(recu: bytes) -> tuple[Tete | None, bytes]:
    """``lire``, of what has come: None, and all of it, when the head is not whole. Raises TeteRefusee."""
    fin = _fin(recu, 0)
    return (_analyser(recu[:fin]), recu[fin:]) if fin >= 0 else (None, recu)


def _fin(recu: bytes, vus: int) -> int:
    """Where the body begins, -1 while the head is not whole. Raises TeteRefusee as soon as it cannot be served.

    ``vus``: bytes that were looked at already, which are not again: one who sends them one by one costs no more.
    """
    place = recu.find(_FIN, max(0, vus - len(_FIN)))
    fin = place + len(_FIN) if place >= 0 else -1
    if _AMBIGU.search(recu, max(0, vus - 1), fin if fin >= 0 else len(recu)):
        raise TeteRefusee(400, _MAL_FAITE)
    ligne = recu.find(b"\n", 0, TETE_MAX)
    if max(fin, len(recu) if fin < 0 else 0) > TETE_MAX:
        if ligne < 0:
            raise TeteRefusee(414, "Cette adresse est trop longue : raccourcissez la recherche.")
        raise TeteRefusee(431, "Les en-têtes de cette demande sont trop longs.")
    if ligne >= vus and not _PREMIERE.match(recu):
        raise TeteRefusee(400, _MAL_FAITE)
    return fin


class _EnTetes:
    """What the parser tells of a head."""

    def __init__(self) -> None:
        self.lus: list[tuple[bytes, bytes]] = []

    def on_header(self, nom: bytes, valeur: bytes) -> None:
        self.lus.append((nom.lower(), valeur.strip(b" \t")))


def _analyser(octets: bytes) -> Tete:
    ligne = _PREMIERE.match(octets)
    if ligne is None:
        raise TeteRefusee(400, _MAL_FAITE)
    methode, cible, version = ligne.groups()
    recueil = _EnTetes()
    analyseur = httptools.HttpRequestParser(recueil)
    try:
        # Also: names that are tokens, one length made of digits.
        analyseur.feed_data(_QUELCONQUE + octets[ligne.end() :])
    except httptools.HttpParserUpgrade:
        pass  # another protocol is offered: HTTP is answered
    except httptools.HttpParserError as erreur:
        raise TeteRefusee(400, _MAL_FAITE) from erreur
    valeurs = dict(recueil.lus)
    hotes = [valeur for nom, valeur in recueil.lus if nom == b"host"]
    if len(hotes) > 1 or (not hotes and version == b"1.1"):
        raise TeteRefusee(400, _MAL_FAITE)
    if b"transfer-encoding" in valeurs:
        if b"content-length" in valeurs:
            raise TeteRefusee(400, _MAL_FAITE)
        raise TeteRefusee(411, "Envoyez un corps dont la taille est connue (Content-Length).", "longueur_requise")
    return Tete(
        methode.decode("ascii"),
        cible,
        version.decode("ascii"),
        tuple(recueil.lus),
        int(valeurs.get(b"content-length", b"0")),
        se_garde=version == b"1.1" and not _dit_adieu(recueil.lus),
        attend=version == b"1.1" and valeurs.get(b"expect", b"").lower() == b"100-continue",
    )


def _dit_adieu(entetes: list[tuple[bytes, bytes]]) -> bool:
    options = (option for nom, valeur in entetes if nom == b"connection" for option in valeur.lower().split(b","))
    return any(option.strip() == b"close" for option in options)
