"""How much a name typed by somebody is the name of a company: pure functions of two texts.

1 is the same name. Words are weighed by their length; articles and legal forms count little, and a number that differs
makes another company (« ANGELS 2 », « ANGELS 3 »).
"""

from functools import lru_cache
from typing import Final, NamedTuple

from fce.recherche.analyse import MOTS_VIDES, Mot, lire, mots_de_requete
from fce.recherche.motifs import a_une_faute_pres
from fce.socle.texte import mots as decouper_en_mots

ENTIER: Final = 1.0
MEMES_MOTS: Final = 0.97
"""Same words, in another order or with another legal form."""
COUPE: Final = 0.93
"""The name begins with the text, which is as long as the cells where old programs cut names."""
LONGUEUR_COUPEE: Final = 25
AUTRE_FORME: Final = 0.06
"""Taken off when the text says a legal form that the company does not have."""
FORME_TUE: Final = 0.06
"""Taken off when the name says « SCI » and the text does not: people who mean one write it."""
AUTRE_NUMERO: Final = 0.7
"""At most, when the numbers in both names differ."""
FAUTES: Final = {4: 0.72, 5: 0.80, 6: 0.88, 7: 0.90}
FAUTE_LONGUE: Final = 0.93
"""Likeness of two words one typo apart, by length: short words are often two different words."""
DEBUT: Final = 0.75
LONGUEUR_MIN_DEBUT: Final = 3

FORMES: Final[dict[str, tuple[str, ...]]] = {
    "54": ("sarl", "eurl", "selarl"), "55": ("sa", "selafa"), "56": ("sa",), "57": ("sas", "sasu", "selas", "selasu"),
    "52": ("snc",), "53": ("sca", "scs"), "65": ("sci", "sc", "scm", "scp", "scea", "earl", "gaec", "gfa", "sccv"),
    "62": ("gie",), "92": ("association", "asso"), "93": ("fondation",), "51": ("scop", "sa", "sarl"),
}  # fmt: skip
"""First digits of a catégorie juridique, and the forms that people write for it."""
_ECRITES: Final = frozenset(forme for formes in FORMES.values() for forme in formes)


class NomLu(NamedTuple):
    """``mots``: words that name, with the roots that may stand for each; ``numeros``: those that hold a digit."""

    texte: str
    cle: str
    noyau: str
    mots: tuple[tuple[str, ...], ...]
    numeros: frozenset[str]
    formes: frozenset[str]


@lru_cache(maxsize=50_000)
def lire_nom(texte: str) -> NomLu:
    lu = lire(texte)
    tous = mots_de_requete(texte)
    nommant = tuple(mot for mot in tous if not mot.facultatif) or tuple(m for m in tous if m.brut not in MOTS_VIDES)
    numeros = frozenset(mot.formes[0] for mot in nommant if any(c.isdigit() for c in mot.brut))
    formes = _ECRITES.intersection(decouper_en_mots(texte))
    return NomLu(texte, lu.cle, lu.noyau, tuple(map(_formes, nommant or tous)), numeros, formes)


def _formes(mot: Mot) -> tuple[str, ...]:
    return mot.formes


def ressemblance(saisi: NomLu, ecrit: NomLu, formes: frozenset[str] = frozenset()) -> float:
    """Return how much a text is a name, from 0 to 1. ``formes``: legal forms of the company, besides those that its
    name says."""
    if not saisi.cle or not ecrit.cle:
        return 0.0
    if saisi.cle == ecrit.cle:
        return ENTIER
    if saisi.noyau == ecrit.noyau:
        note = MEMES_MOTS
    elif _est_coupe(saisi, ecrit):
        note = COUPE
    else:
        note = _par_mots(saisi, ecrit)
        note = note if saisi.numeros == ecrit.numeros else min(note, AUTRE_NUMERO)
    portees = formes | ecrit.formes
    if saisi.formes and portees and saisi.formes.isdisjoint(portees):
        note -= AUTRE_FORME
    elif "sci" in ecrit.formes and not saisi.formes:
        note -= FORME_TUE
    return max(0.0, note)


def _est_coupe(saisi: NomLu, ecrit: NomLu) -> bool:
    return len(saisi.texte) >= LONGUEUR_COUPEE and ecrit.cle.startswith(saisi.cle)


def _par_mots(saisi: NomLu, ecrit: NomLu) -> float:
    """Part of the words of both names that are alike, each word taken once."""
    libres = list(ecrit.mots)
    communs = total = 0.0
    for formes in saisi.mots:
        poids = _poids(formes[0])
        note, choisi = max(((_mots_proches(formes, autre), i) for i, autre in enumerate(libres)), default=(0.0, 0))
        if note:
            # The longer of both words weighs: a word cut short says less than the whole.
            poids = max(poids, _poids(libres.pop(choisi)[0]))
        communs += note * poids
        total += poids
    total += sum(_poids(reste[0]) for reste in libres)
    colles = _colles(saisi, ecrit)
    return max(communs / total if total else 0.0, colles)


def _colles(saisi: NomLu, ecrit: NomLu) -> float:
    """Likeness of the whole texts without spaces, for words joined or parted by a typo."""
    a, b = saisi.cle, ecrit.cle
    return FAUTE_LONGUE if min(len(a), len(b)) >= 9 and a_une_faute_pres(a, b) else 0.0


def _poids(mot: str) -> float:
    return 1.0 + min(len(mot), 10) / 5


def _mots_proches(formes: tuple[str, ...], autres: tuple[str, ...]) -> float:
    if not set(formes).isdisjoint(autres):
        return 1.0
    mot, autre = formes[0], autres[0]
    if mot.isdigit() or autre.isdigit():
        return 0.0
    court = min(len(mot), len(autre))
    if court >= 4 and a_une_faute_pres(mot, autre):
        return FAUTES.get(court, FAUTE_LONGUE)
    if court >= LONGUEUR_MIN_DEBUT and (autre.startswith(mot) or mot.startswith(autre)):
        return DEBUT
    return 0.0
