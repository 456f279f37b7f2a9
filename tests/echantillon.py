"""What is looked at each day of a long list, and what waits for the drills (``make epreuves``)."""

from collections.abc import Sequence
from typing import Any

import pytest


def chaque_jour(valeurs: Sequence[Any], *, sur: int, depuis: int = 0) -> list[Any]:
    """Values of a parameter, tuples for several: one in ``sur`` is tried each day, from the one of rank ``depuis``, all
    of them in the drills."""
    return [
        pytest.param(*(v if isinstance(v, tuple) else [v]), marks=() if n % sur == depuis else pytest.mark.epreuve)
        for n, v in enumerate(valeurs)
    ]
