"""What the tests of habilitations ask of the policy, and of the events of a habilitation."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.models import Dossier
from fce.droits.habilitations.politique import can
from fce.droits.habilitations.selectors import acteur_de
from fce.sources import registre
from tests.droits.habilitations.dossiers.fabrique import Scene

PARIS = ZoneInfo("Europe/Paris")
NORD = frozenset({"59"})


def demander(scene: Scene, maintenant: datetime | None = None, **options: Any) -> Any:
    """Ask the policy, as the page of a sheet does at each request."""
    acteur = acteur_de(scene.membre, mfa=True)
    voulu = {"finalite": "activite-partielle", "departements": NORD, **options}
    source = registre.source("activite-partielle")
    return can(acteur, Droit.CONSULTER, source, maintenant=maintenant or timezone.now(), **voulu)


def actions(dossier: Dossier) -> list[tuple[str, str, str, str]]:
    return [
        (e.action, e.par, e.avant.get("etat", ""), e.apres.get("etat", "")) for e in dossier.evenements.order_by("pk")
    ]
