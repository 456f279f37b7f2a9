"""What every kind of attachment is checked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fce.echanges.erreurs import PieceRefusee

SUSPECTE: Final = "Cette pièce est suspecte"
_BLOC: Final = 1 << 20
_CHEVAUCHEMENT: Final = 64
_PAGE: Final = re.compile(rb"<(?:html|script|iframe|!doctype\s+html)", re.IGNORECASE)
_FIN_DE_ZIP: Final = b"PK\x05\x06"
_QUEUE: Final = (1 << 16) + 22
"""How far from its end a zip may say that it is one."""


def refuser(motif: str) -> PieceRefusee:
    """The error to raise about a file whose content is not what it should be. ``motif``: the end of the sentence."""
    return PieceRefusee(f"{SUSPECTE} : {motif} Rien n’a été gardé.")


def trouver_motifs(chemin: Path, motifs: Sequence[re.Pattern[bytes]]) -> re.Pattern[bytes] | None:
    """The first of these patterns (``_CHEVAUCHEMENT`` bytes at most) met in the bytes of a file, by blocks."""
    avant = b""
    with chemin.open("rb") as flux:
        while bloc := flux.read(_BLOC):
            for motif in motifs:
                if motif.search(avant + bloc):
                    return motif
            avant = bloc[-_CHEVAUCHEMENT:]
    return None


def verifier_seul(chemin: Path) -> None:
    """Refuse a file that is also a web page or an archive: whoever opens it otherwise sees something else.

    Raises PieceRefusee.
    """
    if trouver_motifs(chemin, (_PAGE,)):
        raise refuser("elle contient aussi une page web ou un script.")
    taille = chemin.stat().st_size
    with chemin.open("rb") as flux:
        flux.seek(max(0, taille - _QUEUE))
        if _FIN_DE_ZIP in flux.read():
            raise refuser("elle contient aussi une archive.")
