"""Texts that the team writes on the pages: banner, page texts. Each process caches them for ten seconds; when the
database fails, pages show the last ones read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils import timezone

from fce.service.portail.models import Bandeau, TexteDePage
from fce.socle.erreurs import BaseIndisponible

DUREE_S: Final = 10.0
log = structlog.get_logger("fce.annonces")


@dataclass(frozen=True, slots=True)
class Annonces:
    """``bandeaux``: current and future, latest first; ``prises_a``: seconds of the monotonic clock."""

    bandeaux: tuple[Bandeau, ...] = ()
    textes: Mapping[str, str] = field(default_factory=dict)
    prises_a: float = float("-inf")


_gardees = Annonces()


def en_cours() -> Annonces:
    """Return the current texts, at most ten seconds old; the last ones read when the database fails."""
    global _gardees
    if time.monotonic() - _gardees.prises_a < DUREE_S:
        return _gardees
    bandeaux, textes = _gardees.bandeaux, _gardees.textes
    try:
        bandeaux = tuple(Bandeau.objects.filter(fin__gt=timezone.now()).order_by("-id")[:20])
        textes = dict(TexteDePage.objects.exclude(contenu="").values_list("cle", "contenu"))
    except (DatabaseError, InterfaceError, BaseIndisponible) as erreur:
        log.error("annonces_illisibles", erreur=type(erreur).__name__)
    _gardees = Annonces(bandeaux, textes, time.monotonic())
    return _gardees


def retenir(bandeaux: tuple[Bandeau, ...] = (), textes: Mapping[str, str] | None = None) -> None:
    """Fill the cache, for a process that has just changed the texts, or a test."""
    global _gardees
    _gardees = Annonces(bandeaux, textes or {}, time.monotonic())


def oublier() -> None:
    global _gardees
    _gardees = Annonces()


def bandeau() -> Bandeau | None:
    """Return the current banner, or None."""
    maintenant = timezone.now()
    return next((b for b in en_cours().bandeaux if b.debut <= maintenant < b.fin), None)


def contexte(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``bandeau`` or None; reads nothing on the page that reports a database failure."""
    return {"bandeau": None if getattr(request, "base_en_panne", False) else bandeau()}
