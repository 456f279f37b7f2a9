"""A user of an embedded cluster in a process of its own, that may be told to leave or killed."""

import subprocess
import sys
from pathlib import Path

from fce.socle.postgres.grappe import Cluster

RACINE = Path(__file__).resolve().parents[2]
# A user of the cluster, in its own process: says "pret" once the server is up, leaves when its input closes.
UTILISATEUR = """
import sys
from pathlib import Path
from fce.socle.erreurs import FCEError
from fce.socle.postgres.grappe import Cluster
try:
    with Cluster(Path(sys.argv[1]), durable=False).en_marche():
        print("pret", flush=True)
        sys.stdin.read()
except FCEError as erreur:
    print(erreur.message, flush=True)
    sys.exit(1)
"""


def utilisateur(cluster: Cluster, python: str = sys.executable, **options: object) -> subprocess.Popen[str]:
    """Start a user of the cluster in another process."""
    return subprocess.Popen(
        [python, "-c", UTILISATEUR, str(cluster.dossier)],
        **{"cwd": RACINE, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, **options},  # type: ignore[call-overload]
    )


def premiere_ligne(processus: subprocess.Popen[str]) -> str:
    assert processus.stdout
    return processus.stdout.readline().strip()


def partir(processus: subprocess.Popen[str]) -> int:
    processus.communicate(timeout=30)
    return processus.returncode
