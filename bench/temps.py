"""How long things take, as all the benches print it: milliseconds, median and 95th centile."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any


def en_ms(action: Callable[[], Any]) -> float:
    """Milliseconds that an action takes."""
    debut = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - debut)


def p95(temps: list[float]) -> float:
    """The time that one in twenty is above."""
    return sorted(temps)[int(0.95 * (len(temps) - 1))]


def resume(temps: list[float], decimales: int = 1) -> str:
    """« median / p95 »."""
    return f"{median(temps):6.{decimales}f} / {p95(temps):6.{decimales}f}"
