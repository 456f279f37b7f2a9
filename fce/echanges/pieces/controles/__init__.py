"""Checks the content of attachments: office documents and CSV, in a child process with limits.

For PDF and images only the first bytes are checked; their content is left to the antivirus and to the reader
(``docs/homologation/risques.md``).
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import structlog

from fce.echanges.erreurs import PieceRefusee
from fce.socle.travaux.processus_borne import BornesDuFils, FilsArrete, RefusDuFils, executer

BORNES: Final = BornesDuFils(memoire=256, processeur=10, duree=60.0)
Controle = Callable[..., None]
log = structlog.get_logger(__name__)


def refuser(motif: str) -> PieceRefusee:
    """Error for a file with suspicious content. ``motif``: end of the sentence."""
    return PieceRefusee(f"Cette pièce est suspecte : {motif} Rien n’a été gardé.")


def verifier_a_part(controle: Controle, chemin: Path, *arguments: Any) -> None:
    """Run ``controle(chemin, *arguments)`` in a child process. Raises PieceRefusee, also when it exceeds its limits."""
    try:
        for _ in executer(_verifier_ici, controle, chemin, arguments, bornes=BORNES):
            pass
    except RefusDuFils as refus:
        raise PieceRefusee(refus.message) from None
    except FilsArrete as limite:
        log.warning("controle_de_piece_arrete", motif=limite.motif, detail=limite.detail)
        raise refuser("elle est trop longue à contrôler, ou abîmée.") from limite


def _verifier_ici(controle: Controle, chemin: Path, arguments: tuple[Any, ...]) -> Iterator[tuple[None, bytes]]:
    controle(chemin, *arguments)
    yield None, b""
