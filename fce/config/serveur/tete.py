"""The head of a request, read strictly: what two servers could understand in two ways is refused (RFC 9112 §11.2)."""

import asyncio
import re
from dataclasses import dataclass
from typing import Final

import h11

TETE_MAX: Final = 65_536
"""Bytes of a whole head, and of any line of it."""
_PREMIERE = re.compile(rb"[!-~]+ [!-~]+ HTTP/1\.[01]\r\n")
_CONTROLE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_LONGUEUR = re.compile(rb"\ncontent-length:", re.IGNORECASE)
_MAL_FAITE = "Cette demande n’est pas écrite comme le veut HTTP/1.1."


class TeteRefusee(Exception):
    """A request that is not served: status, and the sentence that says what to do. ``reessayer``: seconds to wait."""

    def __init__(self, statut: int, message: str, code: str = "demande_incorrecte", reessayer: int = 0) -> None:
        super().__init__(message)
        self.statut, self.message, self.code, self.reessayer = statut, message, code, reessayer


@dataclass(frozen=True, slots=True)
class Tete:
    """A request before its body. ``octets``: of the body announced; ``cible``: path and query, as sent."""

    echange: h11.Connection
    methode: str
    cible: bytes
    version: str
    entetes: tuple[tuple[bytes, bytes], ...]
    octets: int


async def lire(lecteur: asyncio.StreamReader, premier: bytes) -> Tete:
    """Read a head of which ``premier`` has come. Raises TeteRefusee, IncompleteReadError (the client left)."""
    return _analyser(await _lignes(lecteur, premier))


async def _lignes(lecteur: asyncio.StreamReader, premier: bytes) -> bytes:
    """The lines, each ended by CR LF: h11 alone would also take a bare LF, and join folded lines."""
    lignes: list[bytes] = []
    taille = 0
    while True:
        try:
            ligne = premier if premier == b"\n" else premier + await lecteur.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            ligne = b"x" * (TETE_MAX + 1)
        premier = b""
        taille += len(ligne)
        if taille > TETE_MAX:
            if lignes:
                raise TeteRefusee(431, "Les en-têtes de cette demande sont trop longs.")
            raise TeteRefusee(414, "Cette adresse est trop longue : raccourcissez la recherche.")
        if not ligne.endswith(b"\r\n") or _CONTROLE.search(ligne, 0, len(ligne) - 2):
            raise TeteRefusee(400, _MAL_FAITE)
        if not lignes:
            if not _PREMIERE.fullmatch(ligne):
                raise TeteRefusee(400, _MAL_FAITE)
        elif ligne[:1] in (b" ", b"\t"):
            raise TeteRefusee(400, _MAL_FAITE)
        lignes.append(ligne)
        if ligne == b"\r\n":
            return b"".join(lignes)


def _analyser(octets: bytes) -> Tete:
    echange = h11.Connection(h11.SERVER, max_incomplete_event_size=TETE_MAX)
    try:
        echange.receive_data(octets)
        # Also: one Host and only one, names that are tokens, one length or the same.
        requete = echange.next_event()
    except h11.RemoteProtocolError as erreur:
        # A coding that it does not know; for us, none is.
        if erreur.error_status_hint == 501 and not _LONGUEUR.search(octets):
            raise _sans_longueur() from erreur
        raise TeteRefusee(400, _MAL_FAITE) from erreur
    if not isinstance(requete, h11.Request) or not (requete.target.startswith(b"/") or requete.target == b"*"):
        raise TeteRefusee(400, _MAL_FAITE)
    entetes = tuple((bytes(nom), bytes(valeur)) for nom, valeur in requete.headers)
    longueurs = [valeur for nom, valeur in entetes if nom == b"content-length"]
    if any(nom == b"transfer-encoding" for nom, _ in entetes):
        if longueurs:
            raise TeteRefusee(400, _MAL_FAITE)
        raise _sans_longueur()
    return Tete(
        echange,
        requete.method.decode("ascii"),
        bytes(requete.target),
        requete.http_version.decode("ascii"),
        entetes,
        int(longueurs[0]) if longueurs else 0,
    )


def _sans_longueur() -> TeteRefusee:
    return TeteRefusee(411, "Envoyez un corps dont la taille est connue (Content-Length).", "longueur_requise")
