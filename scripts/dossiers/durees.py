"""The time that each table is kept as the documents write it, from the declarations of the models."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import models

from fce.socle.base.conservation import Conservation


def table(modele: type[models.Model]) -> str:
    return modele._meta.db_table.replace('"', "")


def duree(jours: int) -> str:
    if not jours:
        return "dès ce jour"
    if jours % 365 == 0:
        return "1 an" if jours == 365 else f"{jours // 365} ans"
    return "1 jour" if jours == 1 else f"{jours} jours"


def courte(temps: timedelta) -> str:
    heures = int(temps.total_seconds()) // 3600
    if heures % 24 == 0:
        return duree(heures // 24)
    return "1 heure" if heures == 1 else f"{heures} heures"


def terme(conservation: Conservation) -> str:
    """When rows are purged: after a duration, or with the row they depend on."""
    if conservation.champ:
        if not conservation.duree:
            return f"dès `{conservation.champ}`"
        return f"{duree(conservation.duree.days)}, depuis `{conservation.champ}`"
    return re.split(r", | : ", conservation.motif, maxsplit=1)[1]
