"""Other spacings of a text: words of the index made of words typed apart (« menui serie ») or together
(« transportsdupont »).

Tried only once the words as typed, then their typos, gave too little. The vocabulary of the index tells which words
exist and how common they are; a search of the whole text then tells which spacing some company bears.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from math import log
from typing import Final

from fce.recherche.engines import classement, vocabulaire
from fce.recherche.engines.analyse import MOTS_MAX, Mot, racine
from fce.recherche.engines.codes import separer_code_postal
from fce.recherche.engines.port import LES_ETATS, Moteur, Question
from fce.socle.texte.pliage import mots as decouper_en_mots

ESSAIS: Final = 8
"""Spacings of one text tried, most likely first."""
JOINTS_MAX: Final = 4
"""Words typed apart that may be one."""
LONGUEUR_MIN: Final = 4
"""Letters of a word that may be two."""
MORCEAU_MIN: Final = 2
MORCEAU_INCONNU: Final = 3.0
"""Added to the cost of the last part of a word being typed, which may be the beginning of any word."""
COUPES_MAX: Final = 4
"""Ways to cut one word that are kept."""
_PARTOUT: Final = Question("entreprises", etats=LES_ETATS)
_Coupe = tuple[float, tuple[str, ...]]


def autres(moteur: Moteur, texte: str, *, inacheve: bool = False, joints_seuls: bool = False) -> list[str]:
    """Return other spacings of a text, most likely first. ``inacheve``: its last word is being typed; ``joints_seuls``:
    no word is cut."""
    mots = decouper_en_mots(separer_code_postal(texte))[:MOTS_MAX]
    if inacheve and len(mots[-1]) < MORCEAU_MIN:
        return []
    joints = {(i, n): "".join(mots[i : i + n]) for n in range(2, JOINTS_MAX + 1) for i in range(len(mots) - n + 1)}
    longs = [mot for mot in dict.fromkeys(mots) if len(mot) >= LONGUEUR_MIN and not (mot.isdigit() or joints_seuls)]
    couts = _couts(moteur, {*joints.values(), *(m for mot in longs for m in _morceaux(mot))})
    choix = [
        (cout, " ".join([*mots[:i], joint, *mots[i + n :]]))
        for (i, n), texte_joint in joints.items()
        for cout, joint in _joindre(moteur, couts, texte_joint, paire=len(mots) == n == 2)
    ]
    for mot in longs:
        fin = couts[""] + MORCEAU_INCONNU if inacheve and mot == mots[-1] else None
        for cout, coupe in _couper(mot, couts, fin):
            choix.append((cout, " ".join(" ".join(coupe) if m == mot else m for m in mots)))
    return [*dict.fromkeys(ecrit for _, ecrit in sorted(choix))][:ESSAIS]


def _couts(moteur: Moteur, mots: set[str]) -> dict[str, float]:
    """{word: the rarer, the higher}, for the words that names and places hold; under "", that of a word that none
    holds."""
    racines = {mot: racine(mot) for mot in sorted(mots) if vocabulaire.garde(racine(mot))}
    absents = moteur.absents(dict.fromkeys(racines.values()))
    connus = {mot: sienne for mot, sienne in racines.items() if sienne not in absents}
    cherches = tuple(Mot((r,), r) for r in dict.fromkeys(connus.values()))
    portes = moteur.frequences(Question("entreprises", mots=cherches, etats=LES_ETATS)) if cherches else {}
    tous = log(moteur.documents() + 2)
    couts = {mot: tous - log(portes[sienne]) for mot, sienne in connus.items() if portes[sienne]}
    return {**couts, "": tous}


def _morceaux(mot: str) -> Iterator[str]:
    for debut in range(len(mot)):
        for fin in range(debut + MORCEAU_MIN, min(len(mot), debut + vocabulaire.LONGUEUR_MAX) + 1):
            yield mot[debut:fin]


def _joindre(moteur: Moteur, couts: dict[str, float], joint: str, *, paire: bool) -> Iterator[tuple[float, str]]:
    """The word that words typed apart make; when they are the whole text (``paire``), the words one typo away from an
    unknown one."""
    if joint in couts:
        yield couts[joint], joint
    elif paire and len(joint) >= classement.LONGUEUR_MIN_FAUTE and joint.isalpha():
        for voisin in islice(moteur.voisins([racine(joint)])[racine(joint)], 2):
            yield couts[""], voisin


def _couper(mot: str, couts: dict[str, float], inacheve: float | None) -> Sequence[_Coupe]:
    """The cheapest ways to cut a word into known ones; ``inacheve``: cost of a last part that is unknown."""
    jusqu_ici: list[list[_Coupe]] = [[(0.0, ())], *([] for _ in mot)]
    for fin in range(MORCEAU_MIN, len(mot) + 1):
        possibles = []
        for debut in range(max(0, fin - vocabulaire.LONGUEUR_MAX), fin - MORCEAU_MIN + 1):
            morceau = mot[debut:fin]
            cout = couts.get(morceau, inacheve if fin == len(mot) else None)
            if cout is not None and morceau != mot:
                possibles += [(avant + cout, (*debuts, morceau)) for avant, debuts in jusqu_ici[debut]]
        jusqu_ici[fin] = sorted(possibles)[:COUPES_MAX]
    return jusqu_ici[-1]
