"""The vocabulary of an index, for any engine: which words it holds, and the variants of a word one typo away."""

from collections.abc import Iterator
from string import ascii_lowercase, digits

from fce.recherche.engines.port import Genre

CHAMPS_DU_LEXIQUE: dict[Genre, tuple[str, ...]] = {
    "entreprises": ("nom", "enseigne", "commune", "personnes"),
    "etablissements": ("mots",),
}
"""Fields whose words make the vocabulary. The names of establishments are those of their company."""
LONGUEUR_MAX = 32
"""Letters of the longest word of the vocabulary: typos in longer words are not corrected."""
LETTRES = ascii_lowercase + digits


def a_une_faute(mot: str) -> Iterator[str]:
    """Yield every word one typo away from this one: a letter added, dropped, changed, or swapped with the next."""
    lettres = "".join(dict.fromkeys(LETTRES + mot))
    for i in range(len(mot) + 1):
        avant, apres = mot[:i], mot[i:]
        if apres:
            yield avant + apres[1:]
            yield from [avant + lettre + apres[1:] for lettre in lettres if lettre != apres[0]]
        if len(apres) > 1 and apres[0] != apres[1]:
            yield avant + apres[1] + apres[0] + apres[2:]
        yield from [avant + lettre + apres for lettre in lettres]


def garde(mot: str) -> bool:
    """Whether a vocabulary holds this word. A code made of two words of a person's name is not one."""
    return "_" not in mot and mot[:1] in LETTRES and len(mot.encode()) <= LONGUEUR_MAX
