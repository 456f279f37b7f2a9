"""When a visit is announced for: a day or a week, checked before anything is written. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fce.echanges.croisements.regles import Duree
from fce.echanges.vocabulaire import Precision
from fce.socle.erreurs import ParametreInvalide

AVANCE: Final = timedelta(days=366)
"""How far ahead a visit may be announced: one year."""


@dataclass(frozen=True, slots=True)
class Quand:
    """A day, or the week that ``jour`` is in."""

    precision: Precision
    jour: date

    @property
    def duree(self) -> Duree:
        """The days it may be: the one, or Monday to Sunday."""
        seul = Duree(self.jour, self.jour)
        return seul.semaines if self.precision is Precision.SEMAINE else seul

    def verifier(self, aujourd_hui: date) -> None:
        """Raise ParametreInvalide when it is over, or more than a year ahead."""
        if self.duree.fin < aujourd_hui:
            raise ParametreInvalide(
                "Ce jour est passé : choisissez aujourd’hui ou un jour à venir. Ce qui a déjà eu lieu se dit par une "
                "interaction."
            )
        if self.duree.debut > aujourd_hui + AVANCE:
            raise ParametreInvalide("Une visite s’annonce un an à l’avance au plus : choisissez un jour plus proche.")
