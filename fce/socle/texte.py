"""French text folding, shared by the search index and by the queries so that both sides agree."""

import re
import unicodedata

LONGUEUR_MAX_REQUETE = 256

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
)
_SIGLE_POINTE = re.compile(r"(?<!\w)(?:\w\.[ ]?)+\w\b\.?")
_NON_MOT = re.compile(r"[^a-z0-9]+")


def normaliser_requete(texte: str) -> str:
    """Return a query as one safe line: NFKC, no control or surrogate character, single spaces, 256 characters."""
    # NFKC may expand one character into eighteen: cut first, so that a hostile query stays cheap.
    texte = unicodedata.normalize("NFKC", texte[: 8 * LONGUEUR_MAX_REQUETE])
    texte = "".join(" " if c.isspace() else c for c in texte if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(texte.split())[:LONGUEUR_MAX_REQUETE].rstrip()


def _joindre_sigle(m: re.Match[str]) -> str:
    return m.group().replace(".", "").replace(" ", "")


def plier(texte: str) -> str:
    """Fold to lower-case ASCII words separated by one space.

    Accents and ligatures are dropped (``Œuvre`` → ``oeuvre``), dotted acronyms joined (``S.N.C.F.`` → ``sncf``),
    any other sign is a separator (``L'Été & Cie`` → ``l ete cie``).
    """
    if "." in texte:
        texte = _SIGLE_POINTE.sub(_joindre_sigle, texte)
    texte = texte.lower()
    if not texte.isascii():
        texte = unicodedata.normalize("NFKD", texte.translate(_LIGATURES))
        texte = "".join(c for c in texte if not unicodedata.combining(c))
    return _NON_MOT.sub(" ", texte).strip()


def mots(texte: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return plier(texte).split()
