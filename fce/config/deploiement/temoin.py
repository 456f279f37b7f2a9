"""What the last ``fce check --deploy`` found, kept in ``FCE_DATA_DIR`` for the metrics: the units of pages and worker
may see neither the folder of backups nor the certificate."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

from fce.config.deploiement import machine
from fce.config.diagnostic import Constat

_NOM: Final = "dernier-controle.json"


@dataclass(frozen=True, slots=True)
class Temoin:
    """``points``: whether each point is good; ``sauvegardes``: free and total bytes where backups are."""

    quand: str = ""
    points: dict[str, bool] = field(default_factory=dict)
    sauvegardes: list[int] = field(default_factory=list)

    def age_s(self) -> float:
        """Seconds since the check; infinite without any."""
        return (timezone.now() - datetime.fromisoformat(self.quand)).total_seconds() if self.quand else float("inf")


def noter(faits: Iterable[Constat]) -> None:
    """Keep what was found; a folder that this account may not write is no reason to fail a check."""
    points: dict[str, bool] = {}
    for fait in faits:
        points[fait.point] = points.get(fait.point, True) and fait.bon
    temoin = Temoin(timezone.now().isoformat(), points, list(machine.disques().get("sauvegardes", ())))
    with suppress(OSError):
        (neuf := settings.FCE_DATA_DIR / f".{_NOM}").write_text(json.dumps(asdict(temoin)))
        neuf.replace(settings.FCE_DATA_DIR / _NOM)


def lire() -> Temoin:
    try:
        return Temoin(**json.loads((settings.FCE_DATA_DIR / _NOM).read_text()))
    except (OSError, ValueError, TypeError):
        return Temoin()
