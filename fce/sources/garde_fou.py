"""What a rule of a source costs when it fails on rows: what it would have said, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger(__name__)


@contextmanager
def faute_consignee(quoi: str, nom: str) -> Iterator[None]:
    """Go on after a rule of the source ``nom`` fails. Its fault is logged by its class, since its message may quote a
    value."""
    try:
        yield
    except Exception as erreur:
        log.error("%s de %s : %s", quoi, nom, type(erreur).__name__)
