"""How long each table keeps what it says of people, as the documents write it: what the models declare, in words."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import models

from fce.socle.conservation import Conservation


def table(modele: type[models.Model]) -> str:
    """The name of a table as the documents write it."""
    return modele._meta.db_table.replace('"', "")


def duree(jours: int) -> str:
    """A number of days as a person says it."""
    if not jours:
        return "dès ce jour"
    if jours % 365 == 0:
        return "1 an" if jours == 365 else f"{jours // 365} ans"
    return "1 jour" if jours == 1 else f"{jours} jours"


def courte(temps: timedelta) -> str:
    """A time of whole hours, as the documents write it."""
    heures = int(temps.total_seconds()) // 3600
    if heures % 24 == 0:
        return duree(heures // 24)
    return "1 heure" if heures == 1 else f"{heures} heures"


def terme(conservation: Conservation) -> str:
    """When its rows go: after so long, or with what they depend on."""
    if conservation.champ:
        if not conservation.duree:
            return f"dès `{conservation.champ}`"
        return f"{duree(conservation.duree.days)}, depuis `{conservation.champ}`"
    return re.split(r", | : ", conservation.motif, maxsplit=1)[1]
