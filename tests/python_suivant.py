"""The suite of each day under the Python of Debian 13, warnings as errors: ``python -m tests.python_suivant``.

Options go to pytest. The environment is made beside the one of the repository, from the same frozen versions.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

RACINE: Final = Path(__file__).resolve().parents[1]
VERSION: Final = "3.13"
ENVIRONNEMENT: Final = RACINE / ".venv-suivant"
OBSOLETES: Final = ("DeprecationWarning", "PendingDeprecationWarning")


def main(options: list[str]) -> int:
    """Install, then run pytest; return its exit code, or 1 with a sentence when this Python is missing."""
    uv, python = Path(sys.executable).with_name("uv"), ENVIRONNEMENT / "bin" / "python"
    if subprocess.run([uv, "venv", "--quiet", "--clear", "--python", VERSION, ENVIRONNEMENT]).returncode:
        sys.stderr.write(f"Il faut Python {VERSION}, celui de Debian 13 : « uv python install {VERSION} » le prend.\n")
        return 1
    installer = [uv, "pip", "install", "--quiet", "--python", python, "--constraint", RACINE / "contraintes.txt"]
    subprocess.run([*installer, "--editable", f"{RACINE}[dev,opensearch,sentry]"], check=True)
    erreurs = [f"-Werror::{genre}" for genre in OBSOLETES]
    os.environ.pop("VIRTUAL_ENV", None)
    return subprocess.run([python, *erreurs, "-m", "pytest", *options], cwd=RACINE).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
