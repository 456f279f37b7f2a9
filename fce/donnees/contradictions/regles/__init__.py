"""Every rule, in the order in which a sheet tells them, and their reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import structlog

from fce.donnees.contradictions.regle import Contradiction, Faits, Regle
from fce.donnees.contradictions.regles import activite, inscriptions, personnes, sieges

log = structlog.get_logger(__name__)

REGLES: Final[tuple[Regle, ...]] = (*inscriptions.REGLES, *sieges.REGLES, *activite.REGLES, *personnes.REGLES)
PAR_CODE: Final[dict[str, Regle]] = {regle.code: regle for regle in REGLES}


def relever(faits: Faits) -> Iterator[Contradiction]:
    """Return the contradictions about a unit in the rows of one reader. A rule that fails is logged and gives none."""
    for regle in REGLES:
        if not regle.concerne(faits):
            continue
        try:
            dits = tuple(regle.propos(faits))
        except Exception as erreur:
            log.error("contradiction %s : %s", regle.code, type(erreur).__name__)
            continue
        if dits:
            yield Contradiction(regle, dits)
