"""The daily suite by another clock: ``python -m tests.heures quarante-jours``, or the instant itself, ``+1`` (days) or
``2028-02-29T10:00`` (UTC); what follows is for pytest.

Python, PostgreSQL and all that the tests start see the clock shifted by libfaketime, chromium apart; tests that run at
the instant of ``tests/horloge.py`` meet a database, files and libraries of another day. ``commit``: the test files that
the last commit touches, by a number of days drawn from its hash. Ends with the code of the first clock that fails.
"""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from tests.dossiers import TEMPORAIRES
from tests.horloge import NUIT, TESTS

CINQ_ANS: Final = timedelta(days=5 * 365)
JOURS_MAX: Final = 400
FICHIERS_MAX: Final = 40
"""Of a commit, so that a wide one does not make the check run twice as long."""
COMMIT: Final = "commit"


def _dernier_dimanche(annee: int, mois: int) -> datetime:
    dernier = datetime(annee, mois, 31, tzinfo=UTC)
    return dernier - timedelta(days=(dernier.weekday() + 1) % 7)


def _bissextile(annee: int) -> int:
    return next(a for a in range(annee, annee + 9) if a % 4 == 0 and (a % 100 != 0 or a % 400 == 0))


DIFFICILES: Final[dict[str, Callable[[int], datetime]]] = {
    # Already tomorrow in Paris.
    "soir": lambda annee: datetime(annee, 6, 16, 22, 30, tzinfo=UTC),
    # The year ends while the tests run.
    "31-decembre": lambda annee: datetime(annee, 12, 31, 22, 50, tzinfo=UTC),
    "29-fevrier": lambda annee: datetime(_bissextile(annee), 2, 29, 10, 0, tzinfo=UTC),
    # The clocks of Paris change at 1 a.m. UTC, while the tests run.
    "heure-d-ete": lambda annee: _dernier_dimanche(annee, 3) + timedelta(minutes=55),
    "heure-d-hiver": lambda annee: _dernier_dimanche(annee, 10) + timedelta(minutes=55),
}
"""{name: the instant, of a year, at which the tests begin}: hours when a day is easily another one."""


def tirer(maintenant: datetime, hasard: random.Random) -> datetime:
    """An instant of the next five years: any, or a difficult one."""
    un = maintenant + hasard.random() * CINQ_ANS
    difficile = DIFFICILES[hasard.choice([*DIFFICILES])](un.year)
    return hasard.choice([un, difficile]) if maintenant < difficile < maintenant + CINQ_ANS else un


HORLOGES: Final[dict[str, Callable[[datetime], datetime]]] = {
    "quarante-jours": lambda maintenant: maintenant + timedelta(days=40),
    "tiree": lambda maintenant: tirer(maintenant, random.Random()),
    # The tests that have an instant of their own run in the night too (``horloge.NUIT``).
    "nuit": lambda maintenant: (maintenant + timedelta(days=1)).replace(hour=NUIT.hour, minute=NUIT.minute),
}
"""{name: the instant at which the tests begin, from now}."""
CHAQUE_FOIS: Final = ("quarante-jours", "tiree")
"""The clocks of a run that names none; ``make epreuves`` adds « nuit »."""


def instant_de(nom: str, maintenant: datetime) -> datetime:
    """Raises ValueError for what is neither a name, nor days, nor an instant."""
    if nom in HORLOGES:
        return HORLOGES[nom](maintenant)
    if nom in DIFFICILES:
        return DIFFICILES[nom](maintenant.year + 1)
    if nom.startswith("+"):
        return maintenant + timedelta(days=int(nom))
    return datetime.fromisoformat(nom).replace(tzinfo=UTC)


def fausse_horloge() -> dict[str, str]:
    """Environment of a process whose wall clock ``FAKETIME``, or the file ``FAKETIME_TIMESTAMP_FILE``, shifts."""
    # PostgreSQL works under an account that may not read our folders.
    bibliotheque = TEMPORAIRES / "fce-libfaketime.so.1"
    if not bibliotheque.exists():
        shutil.copyfile(Path(str(files("libfaketime"))) / "vendor/libfaketime/src/libfaketime.so.1", bibliotheque)
        bibliotheque.chmod(0o644)
    return {"LD_PRELOAD": str(bibliotheque), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def passer(nom: str, options: list[str]) -> int:
    """The exit code of the tests by a clock; 0 when there is none to run."""
    maintenant = datetime.now(UTC)
    instant = instant_de(nom, maintenant)
    decalage = round((instant - maintenant).total_seconds())
    de_nuit = {"FCE_TESTS_NUIT": "1"} if nom == "nuit" else {}
    horloge = {**fausse_horloge(), "FAKETIME": f"{decalage:+d}", **de_nuit}
    refaire = " ".join([*map("=".join, de_nuit.items()), f"python -m tests.heures {instant:%Y-%m-%dT%H:%M}"])
    _dire(f"{nom} : {instant:%d/%m/%Y %H:%M} UTC (pour la refaire : {refaire})")
    commande = [sys.executable, "-m", "pytest", *options]
    code = subprocess.run(commande, env={**os.environ, **horloge}, check=False).returncode
    return 0 if code == 5 else code  # pytest: every test of these files is a drill


def du_commit(options: list[str]) -> int:
    """The exit code of the test files of the last commit, by its own clock: the same each time that it is checked."""
    empreinte = _git("rev-parse", "HEAD").strip()
    jours = int(empreinte[:8] or "0", 16) % (JOURS_MAX + 1)
    changes = _git("diff", "--name-only", "--diff-filter=d", "HEAD^", "HEAD").splitlines()
    touches = {fichier for nom in changes for fichier in fichiers_de(Path(nom)) if fichier.is_file()}
    fichiers = sorted(str(fichier.relative_to(TESTS.parent)) for fichier in touches)
    if len(fichiers) > FICHIERS_MAX:
        fichiers = random.Random(empreinte).sample(fichiers, FICHIERS_MAX)
    _dire(f"commit {empreinte[:8]} : {len(fichiers)} des {len(touches)} fichiers touchés, à {jours} jours d’ici")
    return passer(f"+{jours}", [*options, *fichiers]) if fichiers else 0


def fichiers_de(nom: Path) -> tuple[Path, ...]:
    """Test files, which may not exist, of a file of the repository: itself, or the one of a module of the product."""
    if nom.suffix != ".py" or nom.parts[0] not in ("fce", "tests"):
        return ()
    if nom.parts[0] == "fce":
        return (TESTS.joinpath(*nom.parts[1:-1], f"test_{nom.name}"),)
    return (TESTS.parent / nom,) if nom.name.startswith("test_") else ()


def _git(*arguments: str) -> str:
    """Output of git; empty without git, or in a snapshot that has no commit before."""
    try:
        return subprocess.run(["git", *arguments], cwd=TESTS, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def _dire(phrase: str) -> None:
    sys.stdout.write(f"{phrase}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    nommees = [a for a in arguments if a in {*HORLOGES, *DIFFICILES, COMMIT} or a[:1] == "+" or a[:2] == "20"]
    options = [a for a in arguments if a not in nommees]
    codes = (du_commit(options) if nom == COMMIT else passer(nom, options) for nom in nommees or CHAQUE_FOIS)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
