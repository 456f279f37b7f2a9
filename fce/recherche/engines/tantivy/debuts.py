"""The field ``debuts``: first letters of the words of a company's names, and of its whole names, indexed as terms.

Thousands of words begin with the two or three letters typed, and as many names with the four to six typed. With this
field, such a prefix is one term lookup instead of a scan. ``redaction`` writes the field.
"""

from typing import Final

CHAMP: Final = "debuts"
LONGUEURS: Final = (2, 3)
MARQUES: Final = {"nom": "", "enseigne": "-", "commune": ":"}
"""Prefix of the term, by the field that the word comes from."""
LONGUEURS_DE_NOM: Final = (4, 5, 6)
MARQUE_DE_NOM: Final = "="
"""Prefix of the term for the beginning of a whole name or of a whole trade name (enseigne)."""
