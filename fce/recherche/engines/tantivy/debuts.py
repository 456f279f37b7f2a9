"""The first letters of the words of a company, and of its whole names, as words of a field of their own.

A word of which two or three letters are typed begins like thousands of others, a whole name of which four to six are
typed too: with this field they are looked up as one word, without reading all that begins so. They are written by
``redaction``.
"""

from typing import Final

CHAMP: Final = "debuts"
LONGUEURS: Final = (2, 3)
MARQUES: Final = {"nom": "", "enseigne": "-", "commune": ":"}
"""What comes before the first letters, by the field that holds the words."""
LONGUEURS_DE_NOM: Final = (4, 5, 6)
MARQUE_DE_NOM: Final = "="
"""What comes before the first letters of the key of a whole name, or of an enseigne."""
