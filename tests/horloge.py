"""The instant at which the tests run.

A test runs at ``INSTANT``, from which its clock goes on: the dates written in tests stay past or to come, near or far,
as on the day when they were written. PostgreSQL has the clock of the machine: what a test compares with it gets its
instant from the test.

A test that needs the clock of the machine bears the mark ``horloge_reelle``. ``tests/conftest.py`` puts it on the files
that start the product (``DEMARRENT``), because a process of its own knows no other clock. Such a file, and
what it imports, computes its dates from today's (``tests/maison/test_dates_ecrites.py``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Final

import time_machine

from fce.socle.texte import paris
from tests.sql import executer

INSTANT: Final = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
"""A working Monday, in the morning."""
NUIT: Final = datetime(2026, 11, 29, 23, 10, tzinfo=UTC)
"""The same day in Paris, still the eve in UTC: ``FCE_TESTS_NUIT`` takes it instead (``tests.heures nuit``)."""
TESTS: Final = Path(__file__).parent
DEMARRENT: Final = frozenset(
    TESTS / chemin
    for chemin in (
        *("config/serveur.py", "demonstration.py", "e2e/serveur.py", "rendues.py"),
        *("donnees/imports/chargement/processus.py", "donnees/imports/travaux/processus.py"),
    )
)
"""Modules that start the product in processes of its own."""
_MARQUE: Final = re.compile(r"mark\.horloge_reelle")
_IMPORT: Final = re.compile(r"^\s*(?:from (tests[\w.]*) import ([\w, ]+)|import (tests[\w.]+))", re.MULTILINE)


def de_nuit() -> bool:
    return "FCE_TESTS_NUIT" in os.environ


@contextmanager
def du_fichier(fichier: Path) -> Iterator[None]:
    """The clock of a file of tests, for as long as it is imported or one of its tests runs."""
    if reelle(fichier):
        yield
        return
    # As a number: an instant with a time zone would also change the zone of the process.
    with time_machine.travel((NUIT if de_nuit() else INSTANT).timestamp()):
        yield


def jour_de_la_base() -> date:
    """Today by the clock of PostgreSQL, for what the product compares with it."""
    return executer(f"SELECT {paris.SQL_AUJOURD_HUI}")[0][0]


@cache
def reelle(fichier: Path) -> bool:
    """Whether a file runs by the clock of the machine: it says so, or starts the product."""
    if fichier.suffix != ".py":
        return True
    return bool(_MARQUE.search(fichier.read_text(encoding="utf-8"))) or not DEMARRENT.isdisjoint(importes(fichier))


@cache
def importes(fichier: Path) -> frozenset[Path]:
    """A file of tests and all those that it needs: imported, however far, or the conftest.py of its folders."""
    trouves, a_lire = set(), [fichier]
    while a_lire:
        if (un := a_lire.pop()) not in trouves:
            trouves.add(un)
            a_lire += _importes(un)
    return frozenset(trouves)


@cache
def _importes(fichier: Path) -> tuple[Path, ...]:
    noms = set()
    for module, importe, seul in _IMPORT.findall(fichier.read_text(encoding="utf-8")):
        noms |= {seul or module, *(f"{module}.{nom.strip().split(' ')[0]}" for nom in importe.split(","))}
    modules = (TESTS.parent.joinpath(*nom.split(".")).with_suffix(".py") for nom in noms)
    conftests = (dossier / "conftest.py" for dossier in fichier.parents if TESTS in dossier.parents)
    return tuple(chemin for chemin in (*modules, *conftests) if chemin.is_file())
