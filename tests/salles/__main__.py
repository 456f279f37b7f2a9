"""The whole suite with one room closed, but for the tests of that room: ``python -m tests.salles FCE_ECHANGES -n 2``.

Without a name, each room in turn; what follows is for pytest. Ends with the code of the first suite that fails.
"""

import os
import subprocess
import sys

from tests.salles.table import OUVERTES, SALLES, Salle


def passer(salle: Salle, options: list[str]) -> int:
    """The exit code of the suite, the room closed for it and for all the processes that it starts."""
    siens = [f"--deselect=tests/{chemin}" for chemin in salle.tests + OUVERTES]
    sys.stdout.write(f"{salle.reglage}=false\n")
    sys.stdout.flush()
    commande = [sys.executable, "-m", "pytest", *siens, *options]
    return subprocess.run(commande, env={**os.environ, salle.reglage: "false"}, check=False).returncode


def main(arguments: list[str]) -> int:
    nommees = [salle for salle in SALLES if salle.reglage in arguments] or list(SALLES)
    options = [argument for argument in arguments if argument not in {salle.reglage for salle in SALLES}]
    return next((code for salle in nommees if (code := passer(salle, options))), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
