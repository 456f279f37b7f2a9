"""PNG (ISO/IEC 15948) and JPEG (ITU T.81): walked part by part, so that what is announced is what there is."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO, Final

from fce.echanges.pieces.controles.commun import refuser, verifier_seul

COTE_MAX: Final = 20_000
SURFACE_MAX: Final = 100_000_000
"""Pixels: a phone of 2026 takes photographs of fifty million."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MORCEAUX_MAX: Final = 100_000
_SANS_LONGUEUR: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_CADRES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_FIN, _BALAYAGE = 0xD9, 0xDA


def verifier_png(chemin: Path) -> None:
    """Raise PieceRefusee unless the file is one whole PNG of a reasonable size, with nothing after its end."""
    with chemin.open("rb") as flux:
        if flux.read(8) != _PNG:
            raise refuser("ce n’est pas une image PNG.")
        for rang in range(_MORCEAUX_MAX):
            tete = flux.read(8)
            if len(tete) < 8:
                raise refuser("l’image est incomplète.")
            longueur, nom = struct.unpack(">I4s", tete)
            if rang == 0:
                if nom != b"IHDR" or longueur != 13:
                    raise refuser("l’image n’a pas d’en-tête.")
                _verifier_dimensions(*struct.unpack(">II", flux.read(8)))
                flux.seek(5 + 4, 1)
                continue
            if nom == b"IEND":
                if longueur or len(flux.read(4)) != 4 or flux.read(1):
                    raise refuser("quelque chose suit la fin de l’image.")
                break
            flux.seek(longueur + 4, 1)
        else:
            raise refuser("l’image est faite de trop de morceaux.")
    verifier_seul(chemin)


def verifier_jpeg(chemin: Path) -> None:
    """Raise PieceRefusee unless the file is one whole JPEG of a reasonable size."""
    with chemin.open("rb") as flux:
        if flux.read(2) != b"\xff\xd8":
            raise refuser("ce n’est pas une image JPEG.")
        _verifier_cadre(flux)
        if b"\xff\xd9" not in flux.read():
            raise refuser("l’image est incomplète.")
    verifier_seul(chemin)


def _verifier_cadre(flux: BinaryIO) -> None:
    """Read the segments up to the first scan."""
    cadre = False
    for _ in range(_MORCEAUX_MAX):
        octet = flux.read(1)
        if octet != b"\xff":
            raise refuser("l’image est abîmée.")
        while octet == b"\xff":
            octet = flux.read(1)
        marque = octet[0] if octet else _FIN
        if marque in _SANS_LONGUEUR:
            continue
        tete = flux.read(2)
        if marque == _FIN or len(tete) < 2:
            raise refuser("l’image est incomplète.")
        segment = flux.read(max(0, struct.unpack(">H", tete)[0] - 2))
        if marque in _CADRES:
            if len(segment) < 5:
                raise refuser("l’image est abîmée.")
            hauteur, largeur = struct.unpack(">HH", segment[1:5])
            _verifier_dimensions(largeur, hauteur)
            cadre = True
        if marque == _BALAYAGE:
            if not cadre:
                raise refuser("l’image n’a pas d’en-tête.")
            return
    raise refuser("l’image est faite de trop de morceaux.")


def _verifier_dimensions(largeur: int, hauteur: int) -> None:
    if not largeur or not hauteur:
        raise refuser("l’image n’a pas de dimensions.")
    if max(largeur, hauteur) > COTE_MAX or largeur * hauteur > SURFACE_MAX:
        raise refuser(f"l’image est démesurée ({largeur} × {hauteur} points).")
