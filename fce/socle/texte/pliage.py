"""French text folding, shared by the search index and by the queries so that both sides agree."""

import re
import unicodedata

LONGUEUR_MAX_REQUETE = 256

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
)
_SIGLE_POINTE = re.compile(r"(?<!\w)(?:\w\.[ ]?)+\w\b\.?")
# For each byte: its lower case, or a space when it is neither a letter nor a digit.
_EN_MOTS = bytes(ord(chr(i).lower()) if i < 128 and chr(i).isalnum() else 32 for i in range(256))


def normaliser_requete(texte: str) -> str:
    """Return a query as one safe line: NFKC, no control or surrogate character, single spaces, 256 characters."""
    # Cut before NFKC, which may expand one character into eighteen.
    texte = unicodedata.normalize("NFKC", texte[: 8 * LONGUEUR_MAX_REQUETE])
    if not texte.isprintable():
        texte = "".join(" " if c.isspace() else c for c in texte if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(texte.split())[:LONGUEUR_MAX_REQUETE].rstrip()


def lire_entier(texte: str, defaut: int = 0, *, chiffres: int = 9) -> int:
    """Read a whole number in ASCII digits; ``defaut`` for anything else, or beyond ``chiffres`` digits."""
    # str.isdigit() accepts "²", and int() refuses more than 4 300 digits.
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) <= chiffres else defaut


def _joindre_sigle(m: re.Match[str]) -> str:
    return m.group().replace(".", "").replace(" ", "")


def plier(texte: str) -> str:
    """Fold to lower-case ASCII words separated by one space.

    Accents and ligatures are dropped (``Œuvre`` → ``oeuvre``), dotted acronyms joined (``S.N.C.F.`` → ``sncf``),
    any other sign is a separator (``L'Été & Cie`` → ``l ete cie``).
    """
    return " ".join(mots(texte))


def mots(texte: str) -> list[str]:
    """Return the folded words of a text, in order."""
    if "." in texte:
        texte = _SIGLE_POINTE.sub(_joindre_sigle, texte)
    if not texte.isascii():
        texte = unicodedata.normalize("NFKD", texte.lower().translate(_LIGATURES))
        texte = "".join(c for c in texte if not unicodedata.combining(c))
    # Remaining non-ASCII characters become "?", a separator. Bytes, for speed: the index folds tens of millions of
    # names.
    return texte.encode("ascii", "replace").translate(_EN_MOTS).decode("ascii").split()
