"""What the team of the service writes on the pages: a banner, a few texts. Read every ten seconds at most by each
process, never once per page, and never in the way of a page when the database does not answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils import timezone

from fce.portail.models import Bandeau, TexteDePage
from fce.socle.erreurs import BaseIndisponible

DUREE_S: Final = 10.0
log = structlog.get_logger("fce.annonces")


@dataclass(frozen=True, slots=True)
class Annonces:
    """``bandeaux``: those of now and to come, the latest first; ``lues_a``: seconds of a monotonic clock."""

    bandeaux: tuple[Bandeau, ...] = ()
    textes: Mapping[str, str] = field(default_factory=dict)
    lues_a: float = float("-inf")


_gardees = Annonces()


def lire() -> Annonces:
    """What is written now, ten seconds old at most; what was last read when the database does not answer."""
    global _gardees
    if time.monotonic() - _gardees.lues_a < DUREE_S:
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
    """Take these for what is written now: a process that has just changed them, or a test, need not read."""
    global _gardees
    _gardees = Annonces(bandeaux, textes or {}, time.monotonic())


def oublier() -> None:
    """Read again at the next page."""
    global _gardees
    _gardees = Annonces()


def bandeau() -> Bandeau | None:
    """The banner of this instant."""
    maintenant = timezone.now()
    return next((b for b in lire().bandeaux if b.debut <= maintenant < b.fin), None)


def contexte(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``bandeau``, or None; nothing is read for the page that says that the database is down."""
    return {"bandeau": None if getattr(request, "base_en_panne", False) else bandeau()}
