"""A demonstration of 300 companies, made once per run of the suite by ``fce demo``, copied by those who want one."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

FCE = Path(sys.executable).with_name("fce")
MODELE = "FCE_TESTS_MODELE"
"""Variable of the environment: the folder of the original, that the processes of a run share."""


def reserver() -> None:
    """Choose where the original will be. Not one of pytest's folders, which are closed to the account of PostgreSQL."""
    os.environ.setdefault(MODELE, f"/tmp/fce-modele-{os.getpid()}")


def copier(dossier: Path) -> None:
    """Put the demonstration in ``dossier``, its database stopped."""
    modele = Path(os.environ[MODELE])
    with open(f"{modele}.verrou", "w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        if not modele.exists():
            en_cours = modele.with_suffix(".en-cours")
            propres = {k: v for k, v in os.environ.items() if not k.startswith(("FCE_", "DATABASE_URL", "DJANGO_"))}
            fini = subprocess.run(
                [FCE, "demo", "--entreprises", "300"],
                env=propres | {"FCE_DATA_DIR": str(en_cours)}, capture_output=True, text=True, timeout=180,
            )  # fmt: skip
            assert fini.returncode == 0, fini.stdout + fini.stderr
            en_cours.rename(modele)
    # Owners too: as root, PostgreSQL works under another account.
    subprocess.run(["cp", "-a", f"{modele}/.", dossier], check=True)


def effacer() -> None:
    """Forget the original, at the end of the run."""
    modele = Path(os.environ.pop(MODELE))
    shutil.rmtree(modele, ignore_errors=True)
    Path(f"{modele}.verrou").unlink(missing_ok=True)
