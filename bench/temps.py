"""Times as all benches print them: milliseconds, median and 95th percentile."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any


def en_ms(action: Callable[[], Any]) -> float:
    debut = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - debut)


def p95(temps: list[float]) -> float:
    return sorted(temps)[int(0.95 * (len(temps) - 1))]


def resume(temps: list[float], decimales: int = 1) -> str:
    return f"{median(temps):6.{decimales}f} / {p95(temps):6.{decimales}f}"
