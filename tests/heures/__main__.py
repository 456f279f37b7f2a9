"""The rooms that use days, at the hours when a day is easily another one: ``python -m tests.heures``.

Ends with the code of the first hour that fails. A name of ``HEURES`` chooses one hour; what follows is for pytest, in
place of the rooms. Python, PostgreSQL and what the tests start in this process see the same shifted clock
(libfaketime); tests that start services of their own are left out, for the database of these keeps the real one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from tests.dossiers import TEMPORAIRES

SALLES: Final = (
    "comptes", "convention", "donnees", "droits", "echanges", "entreprises", "fiche", "journal", "portail", "socle",
    "statistiques",
)  # fmt: skip
"""Not ``demo``, ``imports`` and ``sources``: libfaketime crashed once in the threads that read files."""


def _dernier_dimanche(annee: int, mois: int) -> datetime:
    dernier = datetime(annee, mois, 31, tzinfo=UTC)
    return dernier - timedelta(days=(dernier.weekday() + 1) % 7)


def _bissextile(annee: int) -> int:
    return next(a for a in range(annee, annee + 9) if a % 4 == 0 and (a % 100 != 0 or a % 400 == 0))


HEURES: Final[dict[str, Callable[[int], datetime]]] = {
    # Already tomorrow in Paris.
    "soir": lambda annee: datetime(annee, 6, 16, 22, 30, tzinfo=UTC),
    "nuit": lambda annee: datetime(annee, 1, 20, 23, 10, tzinfo=UTC),
    # The year ends while the tests run.
    "31-decembre": lambda annee: datetime(annee, 12, 31, 22, 50, tzinfo=UTC),
    "29-fevrier": lambda annee: datetime(_bissextile(annee), 2, 29, 10, 0, tzinfo=UTC),
    # The clocks of Paris change at 1 a.m. UTC, while the tests run.
    "heure-d-ete": lambda annee: _dernier_dimanche(annee, 3) + timedelta(minutes=55),
    "heure-d-hiver": lambda annee: _dernier_dimanche(annee, 10) + timedelta(minutes=55),
}
"""{name: the instant, of a year, at which the tests begin}."""


def fausse_horloge() -> dict[str, str]:
    """Environment of a process whose wall clock ``FAKETIME``, or the file ``FAKETIME_TIMESTAMP_FILE``, shifts."""
    # PostgreSQL works under an account that may not read our folders.
    bibliotheque = TEMPORAIRES / "fce-libfaketime.so.1"
    if not bibliotheque.exists():
        shutil.copyfile(Path(str(files("libfaketime"))) / "vendor/libfaketime/src/libfaketime.so.1", bibliotheque)
        bibliotheque.chmod(0o644)
    return {"LD_PRELOAD": str(bibliotheque), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def passer(nom: str, options: list[str]) -> int:
    """The exit code of the tests at an hour of next year."""
    maintenant = datetime.now(UTC)
    instant = HEURES[nom](maintenant.year + 1)
    decalage = round((instant - maintenant).total_seconds())
    horloge = {**fausse_horloge(), "FAKETIME": f"{decalage:+d}"}
    sys.stdout.write(f"{nom} : {instant:%d/%m/%Y %H:%M} UTC\n")
    sys.stdout.flush()
    choisis = options if any(o.startswith("tests/") for o in options) else [*(f"tests/{s}" for s in SALLES), *options]
    commande = [sys.executable, "-m", "pytest", "-m", "not epreuve and not processus", *choisis]
    # libfaketime itself crashes now and then (a segmentation fault in a lock): that says nothing of the tests.
    for _ in range(3):
        code = subprocess.run(commande, env={**os.environ, **horloge}, check=False).returncode
        if code >= 0:
            break
    return code


def main(arguments: list[str]) -> int:
    nommees = [nom for nom in HEURES if nom in arguments] or list(HEURES)
    options = [a for a in arguments if a not in HEURES]
    return next((code for nom in nommees if (code := passer(nom, options))), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
