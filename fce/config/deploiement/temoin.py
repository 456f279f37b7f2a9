"""Findings of the last ``fce check --deploy``, kept in ``FCE_DATA_DIR`` for the metrics: the units of pages and worker
may see neither the folder of backups nor the certificate."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from fce.config.deploiement import machine
from fce.config.diagnostic import Constat

_NOM: Final = "dernier-controle.json"


def noter(faits: Iterable[Constat]) -> None:
    """Keep what was found; a folder that this account may not write is no reason to fail a check."""
    points: dict[str, bool] = {}
    for fait in faits:
        points[fait.point] = points.get(fait.point, True) and fait.bon
    lu = {"quand": timezone.now().timestamp(), "points": points, "sauvegardes": machine.disques().get("sauvegardes")}
    with suppress(OSError):
        (settings.FCE_DATA_DIR / _NOM).write_text(json.dumps(lu))


def lire() -> dict[str, Any]:
    """``quand``: seconds of the epoch; ``points``: {point: good}; ``sauvegardes``: free and total bytes where backups
    are, or None. Empty without a check, or while one is being written."""
    with suppress(OSError, ValueError):
        return dict(json.loads((settings.FCE_DATA_DIR / _NOM).read_text()))
    return {}
