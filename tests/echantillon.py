"""Sampling of long parameter lists: a part each day, all in the drills (``make epreuves``)."""

from collections.abc import Sequence
from typing import Any

import pytest


def chaque_jour(valeurs: Sequence[Any], *, sur: int, depuis: int = 0) -> list[Any]:
    """Parameters (tuples for several), of which one in ``sur`` is tried each day, from rank ``depuis``; all in the
    drills."""
    return [
        pytest.param(*(v if isinstance(v, tuple) else [v]), marks=() if n % sur == depuis else pytest.mark.epreuve)
        for n, v in enumerate(valeurs)
    ]
