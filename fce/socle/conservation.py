"""How long a table keeps what it says of people, declared on its model (``conservation``): one purge reads them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.apps import apps
from django.db.models import ProtectedError

if TYPE_CHECKING:
    from django.db import models

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Conservation:
    """Rows go ``duree`` after the instant of ``champ``, or after its day; a row without it stays. ``motif``: what they
    are, in French.

    ``champ`` may be that of a row they depend on (``importation__fin``). Empty: the table is purged otherwise, and
    ``motif`` says how.
    """

    champ: str
    duree: timedelta
    motif: str


@dataclass(frozen=True, slots=True)
class Effacement:
    """What a purge found in a table: ``lignes`` expired, those that went with them included; ``refus``: none went."""

    table: str
    lignes: int
    refus: bool = False


def modeles() -> list[type[models.Model]]:
    """Every model of the house."""
    return [m for m in apps.get_models() if m.__module__.startswith("fce.")]


def declarees(parmi: Iterable[type[models.Model]]) -> dict[type[models.Model], Conservation]:
    """{model: what it declares} of those that declare something themselves."""
    return {m: c for m in parmi if isinstance(c := m.__dict__.get("conservation"), Conservation)}


def expirees(
    modele: type[models.Model], conservation: Conservation, maintenant: datetime
) -> models.QuerySet[models.Model]:
    """Rows whose time has come."""
    if not conservation.champ:
        return modele._default_manager.none()
    return modele._default_manager.filter(**{f"{conservation.champ}__lt": maintenant - conservation.duree})


def purger(maintenant: datetime, *, essai: bool = False) -> list[Effacement]:
    """Erase what has expired in every table, or only count it (``essai``); the tables where there is something.

    Those that hold others by a reference that must not be cut go first; what is still held waits for the next purge.
    """
    faits = [_purger(modele, c, maintenant, essai) for modele, c in _ordonnees(declarees(modeles()))]
    return [fait for fait in faits if fait.lignes or fait.refus]


def _purger(modele: type[models.Model], conservation: Conservation, maintenant: datetime, essai: bool) -> Effacement:
    table, lignes = modele._meta.db_table, expirees(modele, conservation, maintenant)
    if essai:
        return Effacement(table, lignes.count())
    try:
        effacees, _ = lignes.delete()
    except ProtectedError:
        log.error("purge_retenue table=%s", table)
        return Effacement(table, 0, refus=True)
    if effacees:
        log.info("purge table=%s lignes=%s", table, effacees)
    return Effacement(table, effacees)


def _ordonnees(
    declarations: dict[type[models.Model], Conservation],
) -> list[tuple[type[models.Model], Conservation]]:
    """A table before those that it refers to."""
    rangees: dict[type[models.Model], Conservation] = {}

    def ranger(modele: type[models.Model]) -> None:
        if modele in rangees or modele not in declarations:
            return
        for relation in modele._meta.related_objects:
            autre = relation.related_model
            if isinstance(autre, type) and autre is not modele:
                ranger(autre)
        rangees[modele] = declarations[modele]

    for modele in declarations:
        ranger(modele)
    return list(rangees.items())
