"""Memory of a job between two of its runs: a small JSON file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def souvenir(memoire: Path) -> dict[str, Any]:
    """Return what was last kept; empty when nothing was, or when the file is damaged."""
    try:
        return dict(json.loads(memoire.read_text()))
    except (OSError, ValueError, TypeError):
        return {}


def garder(memoire: Path, contenu: Mapping[str, Any]) -> None:
    """Keep this in place of what was, written aside first: a crash leaves one or the other, whole."""
    memoire.parent.mkdir(parents=True, exist_ok=True)
    brouillon = memoire.with_name(f".{memoire.name}")
    brouillon.write_text(json.dumps(contenu, indent=1))
    brouillon.replace(memoire)
