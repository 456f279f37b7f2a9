"""What the documentation gives as a proof, a file or a test of a file, is there."""

import re
from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]


def manque(preuve: str) -> bool:
    """Whether ``file`` or ``file::test`` names nothing that exists."""
    chemin, _, test = preuve.partition("::")
    fichier = RACINE / chemin
    if not fichier.exists():
        return True
    return bool(test) and not re.search(rf"^def {re.escape(test)}\(", fichier.read_text(encoding="utf-8"), re.M)
