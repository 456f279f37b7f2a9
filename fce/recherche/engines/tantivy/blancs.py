"""tantivy splits multi-valued fields on white space. Inside one value, white space is encoded as private-use characters
(U+E000 + its code). Documents, queries and answers all use this module."""

import re
from typing import Final

EN_SIGNES: Final = {blanc: chr(0xE000 + ord(blanc)) for blanc in " \t\n\f\r"}
"""White-space characters that tantivy splits on, and the character that replaces each."""
BLANC: Final = "[ \\t\\n\\f\\r]"
_BLANC: Final = re.compile(BLANC)
_SIGNE: Final = re.compile(f"[{''.join(EN_SIGNES.values())}]")
_ENCODER: Final = str.maketrans(EN_SIGNES)
_DECODER: Final = str.maketrans({signe: blanc for blanc, signe in EN_SIGNES.items()})


def encoder(valeur: str) -> str:
    """Encode a value for the index."""
    return valeur.translate(_ENCODER) if _BLANC.search(valeur) else valeur


def decoder(valeur: str) -> str:
    """Decode a value of the index."""
    return valeur.translate(_DECODER) if _SIGNE.search(valeur) else valeur
