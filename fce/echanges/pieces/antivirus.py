"""The antivirus: clamd, through its socket (PING and INSTREAM in its manual). In production, attachments require it.

Fails closed: an attachment that could not be scanned is refused.
"""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from fce.echanges.erreurs import PieceRefusee

_BLOC: Final = 1 << 16
_DELAI_S: Final = 20.0
_REPONSE_MAX: Final = 4096
_EN_PANNE: Final = (
    "L’antivirus ne répond pas : cette pièce n’est pas prise. Enregistrez sans elle, puis ajoutez-la plus tard."
)
PIECES_FERMEES: Final = "Les pièces jointes sont fermées sur ce service : aucun antivirus n’y est réglé."
log = structlog.get_logger(__name__)


def verifier_virus(chemin: Path) -> None:
    """Scan a file with the antivirus of ``FCE_CLAMD``.

    Raises PieceRefusee: virus, no answer, or no antivirus in production. Elsewhere (development, demonstration), a file
    is accepted without one.
    """
    if not pieces_ouvertes():
        raise PieceRefusee(PIECES_FERMEES)
    if not settings.FCE_CLAMD:
        return
    try:
        with _connexion() as lien:
            reponse = _interroger(lien, chemin)
    except OSError as erreur:
        log.error("antivirus_en_panne", erreur=type(erreur).__name__)
        raise PieceRefusee(_EN_PANNE) from erreur
    if reponse.endswith("FOUND"):
        log.warning("piece_infectee")
        raise PieceRefusee("L’antivirus a reconnu un virus dans cette pièce : elle n’est pas prise.")
    if reponse != "stream: OK":
        log.error("antivirus_en_panne", erreur="réponse")
        raise PieceRefusee(_EN_PANNE)


def pieces_ouvertes() -> bool:
    """Whether attachments are accepted: in production, an antivirus must be configured."""
    return bool(settings.FCE_CLAMD) or not settings.PRODUCTION


def annoncer_antivirus() -> None:
    """Log at start-up that attachments are closed, or that their antivirus does not answer."""
    if not settings.FCE_CLAMD:
        if not pieces_ouvertes():
            log.warning("pieces_fermees", raison="FCE_CLAMD")
        return
    try:
        with _connexion() as lien:
            lien.sendall(b"zPING\0")
            en_place = _reponse(lien) == "PONG"
    except OSError:
        en_place = False
    if not en_place:
        log.error("antivirus_en_panne", erreur="demarrage")


def _connexion() -> socket.socket:
    adresse = urlsplit(settings.FCE_CLAMD)
    if adresse.scheme == "tcp":
        return socket.create_connection((adresse.hostname or "", adresse.port or 3310), timeout=_DELAI_S)
    lien = socket.socket(socket.AF_UNIX)
    lien.settimeout(_DELAI_S)
    try:
        lien.connect(adresse.path)
    except OSError:
        lien.close()
        raise
    return lien


def _interroger(lien: socket.socket, chemin: Path) -> str:
    lien.sendall(b"zINSTREAM\0")
    with chemin.open("rb") as flux:
        while bloc := flux.read(_BLOC):
            lien.sendall(struct.pack(">I", len(bloc)) + bloc)
    lien.sendall(struct.pack(">I", 0))
    return _reponse(lien)


def _reponse(lien: socket.socket) -> str:
    octets = b""
    while not octets.endswith(b"\0") and len(octets) < _REPONSE_MAX and (bloc := lien.recv(_REPONSE_MAX)):
        octets += bloc
    return octets.rstrip(b"\0\n ").decode("ascii", "replace")
