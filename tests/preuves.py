"""Proofs cited by the documentation (a file, or a test of a file) exist."""

import re
from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]


def manque(preuve: str) -> bool:
    chemin, _, test = preuve.partition("::")
    fichier = RACINE / chemin
    if not fichier.exists():
        return True
    return bool(test) and not re.search(rf"^def {re.escape(test)}\(", fichier.read_text(encoding="utf-8"), re.M)
