"""How long each table keeps rows about people: declared on its model (``conservation``), applied by one purge."""

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
    """Delete rows ``duree`` after the date of ``champ``; rows where it is null stay. ``motif``: what the rows are, in
    French.

    ``champ`` may follow a relation (``importation__fin``). A class method ``avant_purge`` of the model is called first
    with the instant before which rows go. An empty ``champ`` means that another mechanism purges the table; ``motif``
    then says which.
    """

    champ: str
    duree: timedelta
    motif: str


@dataclass(frozen=True, slots=True)
class Effacement:
    """Result of a purge for one table: ``lignes`` deleted, cascades included; ``refus``: a protected reference
    prevented it."""

    table: str
    lignes: int
    refus: bool = False


def modeles() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("fce.")]


def declarees(parmi: Iterable[type[models.Model]]) -> dict[type[models.Model], Conservation]:
    """{model: retention} of the models that declare one themselves, inheritance excluded."""
    return {m: c for m in parmi if isinstance(c := m.__dict__.get("conservation"), Conservation)}


def expirees(
    modele: type[models.Model], conservation: Conservation, maintenant: datetime
) -> models.QuerySet[models.Model]:
    """Rows kept beyond their duration."""
    if not conservation.champ:
        return modele._default_manager.none()
    return modele._default_manager.filter(**{f"{conservation.champ}__lt": maintenant - conservation.duree})


def purger(maintenant: datetime, *, essai: bool = False) -> list[Effacement]:
    """Delete the expired rows of every table, or only count them (``essai``); return the tables that had some.

    Tables that refer to others with a protected key go first; rows still referred to wait for the next purge.
    """
    faits = [_purger(modele, c, maintenant, essai) for modele, c in _ordonnees(declarees(modeles()))]
    return [fait for fait in faits if fait.lignes or fait.refus]


def _purger(modele: type[models.Model], conservation: Conservation, maintenant: datetime, essai: bool) -> Effacement:
    table, lignes = modele._meta.db_table, expirees(modele, conservation, maintenant)
    if essai:
        return Effacement(table, lignes.count())
    if avant := getattr(modele, "avant_purge", None):
        avant(maintenant - conservation.duree)
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
    """Order tables so that each comes before those it refers to."""
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
