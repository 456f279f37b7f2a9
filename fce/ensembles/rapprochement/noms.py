"""How much a name typed by somebody is the name of a company: pure functions of two texts.

1 is the same name. Words are weighed by their length; articles and legal forms count little, and a number that differs
makes another company (« ANGELS 2 », « ANGELS 3 »).
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from fce.recherche.engines.analyse import MOTS_JURIDIQUES, MOTS_VIDES, analyser, cle, mots_de_requete
from fce.recherche.reponse.raisons import a_une_faute_pres
from fce.referentiels.abreviations import ABREVIATIONS_DE_NOMS
from fce.socle.texte.pliage import mots as decouper_en_mots

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
UN_MOT_DE_PLUS: Final = 0.84
"""At most, when the text has a word that the name has not: « DUPONT BOIS ENERGIE » is not « DUPONT BOIS »."""
FAUTES: Final = {4: 0.72, 5: 0.80, 6: 0.88, 7: 0.90}
FAUTE_LONGUE: Final = 0.93
"""Likeness of two words one typo apart, by length: short words are often two different words."""
LETTRE_DOUBLEE: Final = 0.92
LONGUEUR_MIN_DOUBLEE: Final = 5
"""A letter typed twice, or once for two, is a slip of the hand more often than another word."""
DEBUT: Final = 0.75
LONGUEUR_MIN_DEBUT: Final = 3

FORMES: Final[dict[str, tuple[str, ...]]] = {
    "54": ("sarl", "eurl", "selarl"), "55": ("sa", "selafa"), "56": ("sa",), "57": ("sas", "sasu", "selas", "selasu"),
    "52": ("snc",), "53": ("sca", "scs"), "65": ("sci", "sc", "scm", "scp", "scea", "earl", "gaec", "gfa", "sccv"),
    "62": ("gie",), "92": ("association", "asso"), "93": ("fondation",), "51": ("scop", "sa", "sarl"),
}  # fmt: skip
"""First digits of a catégorie juridique, and the forms that people write for it."""
FORMES_COURANTES: Final = ("association", "eurl", "sarl", "sas", "sasu", "sci", "snc")
"""Forms that begin the legal name of many companies."""
_ECRITES: Final = frozenset(forme for formes in FORMES.values() for forme in formes)
FORME_COLLEE: Final = re.compile(
    rf"(?<!\S)({'|'.join(sorted((f for f in _ECRITES if len(f) > 2), key=len, reverse=True))})(\w{{3,}})", re.IGNORECASE
)
"""A legal form stuck to the word after it: « SARLDUPONT »."""
_DOUBLEE: Final = re.compile(r"(.)\1+")
_SIGLE_POINTE: Final = re.compile(r"(?<!\S)(?:[^\W\d_]\.){2,7}(?=\s)")
_SOCIETE: Final = r"(?:soci[eé]t[eé]|soc\.?|st[eé]\.?)"
_EN_TOUTES_LETTRES: Final = (
    (rf"{_SOCIETE} civile immo(?:bili[eè]re)?\.?", "sci"), (rf"{_SOCIETE} civile de moyens?", "scm"),
    (rf"{_SOCIETE} civile d.exploitation agricole", "scea"), (rf"{_SOCIETE} civile professionnelle", "scp"),
    (rf"{_SOCIETE} civile", "sc"), (rf"{_SOCIETE} [aà] responsabilit[eé] limit[eé]e", "sarl"),
    (rf"{_SOCIETE} par actions simplifi[eé]e unipersonnelle", "sasu"), (rf"{_SOCIETE} anonyme", "sa"),
    (rf"{_SOCIETE} par actions simplifi[eé]e", "sas"), (rf"{_SOCIETE} en nom collectif", "snc"),
    (r"(?:entreprise|exploitation) agricole [aà] responsabilit[eé] limit[eé]e(?: unipersonnelle)?", "earl"),
    (r"groupement agricole d.exploitation en commun", "gaec"),
    *((rf"{court}\.?", mots[0]) for court, mots in ABREVIATIONS_DE_NOMS.items()
      if mots[0] in MOTS_JURIDIQUES and court != "ste"),
)  # fmt: skip
_FORMES_LONGUES: Final = re.compile(
    "|".join(rf"(?P<f{i}>\b{motif}(?!\w))" for i, (motif, _) in enumerate(_EN_TOUTES_LETTRES)), re.IGNORECASE
)


@lru_cache(maxsize=50_000)
def abreger_la_forme(texte: str) -> str:
    """Write legal forms as registers do: « S.A.R.L. I.D.V. » → « SARL I.D.V. », « société civile X » → « sc X »."""
    texte = _SIGLE_POINTE.sub(_joindre, texte)
    court = _FORMES_LONGUES.sub(lambda m: _EN_TOUTES_LETTRES[int((m.lastgroup or "f0")[1:])][1], texte)
    return court if len(court.split()) > 1 else texte


def _joindre(m: re.Match[str]) -> str:
    sigle = m[0].replace(".", "")
    return sigle if sigle.lower() in MOTS_JURIDIQUES else m[0]


class NomDecoupe(NamedTuple):
    """``mots``: words that name, with the roots that may stand for each; ``numeros``: those that hold a digit;
    ``corps``: key without the legal form."""

    texte: str
    cle: str
    corps: str
    noyau: str
    mots: tuple[tuple[str, ...], ...]
    numeros: frozenset[str]
    formes: frozenset[str]


@lru_cache(maxsize=50_000)
def lire_nom(texte: str) -> NomDecoupe:
    texte = abreger_la_forme(texte)
    analyse = analyser(texte)
    tous = mots_de_requete(texte)
    nommant = tuple(mot for mot in tous if not mot.facultatif) or tuple(m for m in tous if m.brut not in MOTS_VIDES)
    numeros = frozenset(mot.formes[0] for mot in nommant if any(c.isdigit() for c in mot.brut))
    formes = _ECRITES.intersection(decouper_en_mots(texte))
    mots = tuple(mot.formes for mot in nommant or tous)
    return NomDecoupe(texte, analyse.cle, corps(texte), analyse.noyau, mots, numeros, formes)


def corps(texte: str) -> str:
    """Key of a name without its legal form, so that joined or parted words are one name beside any form."""
    tous = decouper_en_mots(texte)
    return cle(" ".join([mot for mot in tous if mot not in MOTS_JURIDIQUES] or tous))


def ressemblance(saisi: NomDecoupe, ecrit: NomDecoupe, formes: frozenset[str] = frozenset()) -> float:
    """Return how much a text is a name, from 0 to 1. ``formes``: legal forms of the company, besides those that its
    name says."""
    if not saisi.cle or not ecrit.cle:
        return 0.0
    if saisi.cle == ecrit.cle:
        return ENTIER
    if saisi.noyau == ecrit.noyau or saisi.corps == ecrit.corps:
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


def _est_coupe(saisi: NomDecoupe, ecrit: NomDecoupe) -> bool:
    return len(saisi.texte) >= LONGUEUR_COUPEE and ecrit.cle.startswith(saisi.cle)


def _par_mots(saisi: NomDecoupe, ecrit: NomDecoupe) -> float:
    """Part of the words of both names that are alike, each word taken once."""
    libres = list(ecrit.mots)
    communs = total = 0.0
    plafond = ENTIER
    for formes in saisi.mots:
        poids = _poids(formes[0])
        note, choisi = max(((_mots_proches(formes, autre), i) for i, autre in enumerate(libres)), default=(0.0, 0))
        if note:
            # The longer of both words weighs: a word cut short says less than the whole.
            poids = max(poids, _poids(libres.pop(choisi)[0]))
        else:
            plafond = UN_MOT_DE_PLUS
        communs += note * poids
        total += poids
    total += sum(_poids(reste[0]) for reste in libres)
    # Words joined or parted by a typo: the whole texts are compared without spaces.
    a, b = saisi.corps, ecrit.corps
    colles = FAUTE_LONGUE if min(len(a), len(b)) >= 9 and a_une_faute_pres(a, b) else 0.0
    return max(min(plafond, communs / total) if total else 0.0, colles)


def _poids(mot: str) -> float:
    return 1.0 + min(len(mot), 10) / 5


def _mots_proches(formes: tuple[str, ...], autres: tuple[str, ...]) -> float:
    if not set(formes).isdisjoint(autres):
        return 1.0
    mot, autre = formes[0], autres[0]
    if mot.isdigit() or autre.isdigit():
        return 0.0
    court = min(len(mot), len(autre))
    if max(len(mot), len(autre)) >= LONGUEUR_MIN_DOUBLEE and _DOUBLEE.sub(r"\1", mot) == _DOUBLEE.sub(r"\1", autre):
        return LETTRE_DOUBLEE
    if court >= 4 and a_une_faute_pres(mot, autre):
        return FAUTES.get(court, FAUTE_LONGUE)
    if court >= LONGUEUR_MIN_DEBUT and (autre.startswith(mot) or mot.startswith(autre)):
        return DEBUT
    return 0.0
