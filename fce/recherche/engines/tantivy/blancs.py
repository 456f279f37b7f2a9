"""White space inside a value, in the fields that have several: they are one text, which is cut at white space, so that
of a value is written as another character, for private use, and read back. A text that is written, a question and an
answer agree on it here.
"""

import re
from typing import Final

EN_SIGNES: Final = {blanc: chr(0xE000 + ord(blanc)) for blanc in " \t\n\f\r"}
"""What the engine cuts at, and what stands for it inside a value."""
BLANC: Final = "[ \\t\\n\\f\\r]"
_BLANC: Final = re.compile(BLANC)
_SIGNE: Final = re.compile(f"[{''.join(EN_SIGNES.values())}]")
_ECRIRE: Final = str.maketrans(EN_SIGNES)
_LIRE: Final = str.maketrans({signe: blanc for blanc, signe in EN_SIGNES.items()})


def ecrire(valeur: str) -> str:
    """Return a value as the index holds it."""
    return valeur.translate(_ECRIRE) if _BLANC.search(valeur) else valeur


def lire(valeur: str) -> str:
    """Return a value that the index holds as it was given."""
    return valeur.translate(_LIRE) if _SIGNE.search(valeur) else valeur
