"""Statements of tests, run on the connection of the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def executer(requete: str, parametres: Sequence[Any] | Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a statement; return its rows, none for a statement without result."""
    with connection.cursor() as curseur:
        curseur.execute(requete, parametres)
        return curseur.fetchall() if curseur.description else []


def valeurs(requete: str, parametres: Sequence[Any] | None = None) -> list[Any]:
    """The first column of the rows of a statement."""
    return [rangee[0] for rangee in executer(requete, parametres)]
