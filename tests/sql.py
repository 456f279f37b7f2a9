"""Statements of tests, run on the connection of the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Parametres = Sequence[Any] | Mapping[str, Any] | None


def executer(requete: str, parametres: Parametres = None) -> None:
    with connection.cursor() as curseur:
        curseur.execute(requete, parametres)


def rangees(requete: str, parametres: Parametres = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute(requete, parametres)
        return curseur.fetchall()
