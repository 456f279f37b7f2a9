"""The first letters of the words of a company, and of its whole names, as words of a field of their own.

A word of which two or three letters are typed begins like thousands of others, a whole name of which four to six are
typed too: with this field they are looked up as one word, without reading all that begins so.
"""

from functools import lru_cache
from itertools import chain

from fce.recherche.champs import Document

CHAMP = "debuts"
LONGUEURS = (2, 3)
MARQUES = {"nom": "", "enseigne": "-", "commune": ":"}
"""What comes before the first letters, by the field that holds the words."""
LONGUEURS_DE_NOM = (4, 5, 6)
MARQUE_DE_NOM = "="
"""What comes before the first letters of the key of a whole name, or of an enseigne."""
_DEBUTS_MAX = 100_000


class _Debuts(dict[str, tuple[str, ...]]):
    """First letters of words already met: they repeat by the million. Emptied when full, so that memory is bounded."""

    def __missing__(self, mot: str) -> tuple[str, ...]:
        if len(self) >= _DEBUTS_MAX:
            self.clear()
        self[mot] = debuts = tuple(mot[:n] for n in LONGUEURS if len(mot) >= n)
        return debuts


_DEBUTS = _Debuts()
_lus = _DEBUTS.__getitem__


def debuts(document: Document) -> str:
    """Return the first letters of the words and of the names of a company, each once, under their mark."""
    nom = {*chain.from_iterable(map(_lus, document.get("nom", "").split()))}
    texte = f"{' '.join(nom)} {_de_la_commune(document.get('commune', ''))}"
    if enseigne := document.get("enseigne"):
        siens = {*chain.from_iterable(map(_lus, enseigne.split()))}
        texte = f"{texte} {' '.join([MARQUES['enseigne'] + d for d in siens])}"
    entiers = {MARQUE_DE_NOM + cle[:n] for cle in document.get("exact", ()) for n in LONGUEURS_DE_NOM if len(cle) >= n}
    return f"{texte} {' '.join(entiers)}"


@lru_cache(maxsize=100_000)
def _de_la_commune(mots: str) -> str:
    marque = MARQUES["commune"]
    return " ".join({marque + d for mot in mots.split() for d in _DEBUTS[mot]})
