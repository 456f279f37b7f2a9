"""How long a table keeps what it says of people, declared on its model (``conservation``): one purge reads them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models


@dataclass(frozen=True, slots=True)
class Conservation:
    """Rows go ``duree`` after the instant of ``champ``; a row without it stays. ``motif``: what they are, in French.

    ``champ`` empty: the table purges itself (``motif`` says how).
    """

    champ: str
    duree: timedelta
    motif: str


def declarees(modeles: list[type[models.Model]]) -> dict[type[models.Model], Conservation]:
    """{model: what it declares} of those that declare something themselves."""
    return {m: c for m in modeles if isinstance(c := m.__dict__.get("conservation"), Conservation)}


def purger(modele: type[models.Model], conservation: Conservation, maintenant: datetime) -> int:
    """Erase the rows of ``modele`` that have expired; return how many."""
    if not conservation.champ:
        return 0
    limite = maintenant - conservation.duree
    effacees, _ = modele._default_manager.filter(**{f"{conservation.champ}__lt": limite}).delete()
    return effacees
