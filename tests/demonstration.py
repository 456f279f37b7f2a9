"""Data folders made once per run by the command line, then copied: a demonstration of 300 companies, and an empty
installation."""

import fcntl
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from tests.dossiers import TEMPORAIRES

FCE = Path(sys.executable).with_name("fce")
MODELE = "FCE_TESTS_MODELE"
"""Environment variable: folder of the originals, shared by the processes of a run."""
DEMO = ("demo", ("demo", "--entreprises", "300"))


def reserver() -> None:
    """Choose a folder outside pytest's, which the account of PostgreSQL cannot enter."""
    os.environ.setdefault(MODELE, str(TEMPORAIRES / f"fce-modele-{os.getpid()}"))


def preparer() -> None:
    """Start making the demonstration in the background, unless another process does."""
    reserver()
    threading.Thread(target=_faire, args=(*DEMO, fcntl.LOCK_EX | fcntl.LOCK_NB)).start()


def copier(dossier: Path) -> None:
    """Copy the demonstration, with its database stopped, to ``dossier``."""
    _copier(*DEMO, dossier)


def installer(dossier: Path) -> None:
    _copier("vierge", ("sources",), dossier)


def _copier(nom: str, commande: tuple[str, ...], dossier: Path) -> None:
    modele = _faire(nom, commande)
    dossier.mkdir(exist_ok=True)
    # Keep the owners: as root, PostgreSQL works under another account.
    subprocess.run(["cp", "-a", f"{modele}/.", dossier], check=True)


def _faire(nom: str, commande: tuple[str, ...], operation: int = fcntl.LOCK_EX) -> Path:
    """The folder of an original, made by the first process that needs it; ``operation``: how the others wait."""
    modele = Path(os.environ[MODELE], nom)
    modele.parent.mkdir(exist_ok=True)
    with open(f"{modele}.verrou", "w") as verrou:
        try:
            fcntl.flock(verrou, operation)
        except BlockingIOError:
            return modele
        if not modele.exists():
            en_cours = modele.with_suffix(".en-cours")
            propres = {k: v for k, v in os.environ.items() if not k.startswith(("FCE_", "DATABASE_URL", "DJANGO_"))}
            fini = subprocess.run(
                [FCE, *commande],
                env=propres | {"FCE_DATA_DIR": str(en_cours)},
                capture_output=True,
                text=True,
                timeout=180,
            )
            assert fini.returncode == 0, fini.stdout + fini.stderr
            en_cours.rename(modele)
    return modele


def effacer() -> None:
    shutil.rmtree(os.environ.pop(MODELE), ignore_errors=True)
