"""A pass of the audit: companies drawn, read by every reader on a served demonstration, compared with the files."""

import os
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.consistance.audit import Audit
from tests.consistance.fichiers import Fichiers
from tests.consistance.servi import catalogue, guichets
from tests.consistance.tirage import tirer

TEMOIN = "000001008"


@dataclass
class Passage:
    """``fautes``: every difference; ``lus``: statements compared; ``mots``: words of counts that nobody knows."""

    fautes: list[str] = field(default_factory=list)
    lus: int = 0
    mots: set[str] = field(default_factory=set)


def passer(racine: str, fichiers: Fichiers, combien: int) -> Passage:
    """``FCE_GRAINE``: the seed of the draw, printed; the day without it."""
    aujourd_hui: date = datetime.now(ZoneInfo("Europe/Paris")).date()
    graine = int(os.environ.get("FCE_GRAINE", f"{aujourd_hui:%Y%m%d}"))
    tirees = tirer(fichiers, graine, combien, aujourd_hui)
    print(f"FCE_GRAINE={graine} : {tirees}")  # noqa: T201 – shown by a test that fails, to draw the same again
    passage = Passage()
    with guichets(racine, TEMOIN) as ouverts:
        jeux = catalogue(ouverts[0])
        for guichet in ouverts:
            audit = Audit(fichiers, aujourd_hui, guichet.lecteur, jeux)
            if guichet is ouverts[0]:
                passage.fautes += audit.publies()
            for siren in tirees:
                passage.fautes += audit.fautes(siren, guichet.entreprise(siren))
            passage.lus += audit.enonces
            passage.mots |= audit.mots
    return passage
