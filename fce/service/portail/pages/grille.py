"""The RGAA grid, ``grille.csv``: state and proof of each of the 106 criteria."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_FICHIER: Final = Path(__file__).with_name("grille.csv")
NON_TESTE: Final = "NT"
ETATS: Final = {"conforme": "C", "non conforme": "NC", "non applicable": "NA", "non testé": NON_TESTE}
"""{state in the file: its code in a declaration}."""
CRITERES: Final = tuple(
    f"{theme}.{rang}"
    for theme, nombre in enumerate((9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12), 1)
    for rang in range(1, nombre + 1)
)
"""Numbers of the RGAA 4.1 criteria, theme by theme."""


class CritereRgaa(NamedTuple):
    """``preuve``: a test or a file of the project, "" if not tested; ``le``: day checked."""

    critere: str
    titre: str
    etat: str
    preuve: str
    le: date | None


@cache
def grille_rgaa() -> tuple[CritereRgaa, ...]:
    """Return the criteria in order. Raises ValueError for a missing criterion, an unknown state or a missing proof."""
    with _FICHIER.open(encoding="utf-8", newline="") as fichier:
        criteres = [
            CritereRgaa(dite["critere"], dite["titre"], dite["etat"], dite["preuve"], _jour(dite["date"]))
            for dite in csv.DictReader(fichier, delimiter=";")
        ]
    if tuple(vu.critere for vu in criteres) != CRITERES:
        raise ValueError("la grille dit l’état de chacun des 106 critères, dans l’ordre, et d’eux seuls")
    for vu in criteres:
        if vu.etat not in ETATS or (ETATS[vu.etat] == NON_TESTE) is bool(vu.preuve and vu.le):
            raise ValueError(f"critère {vu.critere} : un état connu, et une preuve datée sauf s’il n’est pas testé")
    return tuple(criteres)


def etats_de_la_grille() -> dict[str, str]:
    """Return {criterion: C, NC, NA or NT}."""
    return {vu.critere: ETATS[vu.etat] for vu in grille_rgaa()}


def _jour(ecrit: str) -> date | None:
    return date.fromisoformat(ecrit) if ecrit else None
