"""The night hours (Paris) when nobody should read restricted data (``FCE_JOURNAL_NUIT``)."""

import functools
import re
from dataclasses import dataclass
from datetime import datetime

from fce.socle.erreurs import ConfigurationInvalide
from fce.socle.texte.formats import PARIS

_HEURES = re.compile(r"(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Nuit:
    """Hours from ``debut`` included to ``fin`` excluded, across midnight when ``fin`` is smaller."""

    debut: int
    fin: int

    def contient(self, instant: datetime) -> bool:
        heure = instant.astimezone(PARIS).hour
        if self.debut < self.fin:
            return self.debut <= heure < self.fin
        return heure >= self.debut or heure < self.fin


@functools.cache
def lire_heures(texte: str) -> Nuit | None:
    """Parse a setting such as ``20-6``; None when empty. Raises ConfigurationInvalide."""
    if not texte.strip():
        return None
    trouve = _HEURES.fullmatch(texte.strip())
    if not trouve or (debut := int(trouve[1])) > 23 or (fin := int(trouve[2])) > 23 or debut == fin:
        raise ConfigurationInvalide(f"FCE_JOURNAL_NUIT s’écrit « 20-6 », en heures de Paris, pas « {texte} ».")
    return Nuit(debut, fin)
