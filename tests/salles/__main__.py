"""The suite with rooms closed: ``python -m tests.salles toutes -n 2``, or the setting of one room.

« toutes »: all the rooms are closed, and the whole suite passes but for their own tests. One room: it alone is closed,
and the tests of the other rooms pass, because each must do without it. What follows is for pytest.
"""

import os
import subprocess
import sys

from tests.salles.table import OUVERTES, SALLES

TOUTES = "toutes"


def passer(nom: str, options: list[str]) -> int:
    """The exit code of the tests, the rooms closed for them and for all the processes that they start."""
    fermees = [salle for salle in SALLES if nom in (TOUTES, salle.reglage)]
    siens = [f"--deselect=tests/{chemin}" for chemin in (*OUVERTES, *(c for salle in fermees for c in salle.tests))]
    # Folders and files: one test of a shared file is not a place where a room lives.
    ceux = {c for salle in SALLES if salle not in fermees for c in salle.tests if "::" not in c}
    commande = [sys.executable, "-m", "pytest", *siens, *options, *(f"tests/{chemin}" for chemin in sorted(ceux))]
    environnement = os.environ | {salle.reglage: "false" for salle in fermees}
    return subprocess.run(commande, env=environnement, check=False).returncode


if __name__ == "__main__":
    sys.exit(passer(sys.argv[1], sys.argv[2:]))
