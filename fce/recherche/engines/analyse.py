"""Analysis of names and queries, shared by indexing and searching so that both agree.

Words are folded (``socle.texte.pliage.mots``), then reduced to a light French root (no plural). Elisions give two forms
(``l'Oréal`` → ``oreal``, ``loreal``); separated letters are joined (``S N C F`` → ``sncf``).
"""

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from string import ascii_lowercase, digits
from typing import NamedTuple, TypeVar

import msgspec

from fce.recherche.engines.voies import EQUIVALENTS
from fce.referentiels import abreviations
from fce.socle.texte.pliage import mots as decouper_en_mots

RACINES_MAX, ANALYSES_MAX = 300_000, 100_000
"""Sizes of the caches of words and names."""
MOTS_MAX = 16
"""Words searched at most, to bound the cost of long queries."""

_T = TypeVar("_T")
_VOYELLES = frozenset("aeiouyh")
_ELISIONS = frozenset(("l", "d", "j", "m", "n", "s", "t", "c", "qu"))
_COURTS = frozenset((*ascii_lowercase, *digits, "qu"))
"""Possible elisions or letters of an acronym, which need a closer look."""

MOTS_VIDES = frozenset(
    "a au aux d de des du en et l la le les par pour qu s sur un une and of the chez".split()  # noqa: SIM905
)
MOTS_JURIDIQUES = frozenset(
    [
        "ag",
        "asso",
        "association",
        "cie",
        "earl",
        "ei",
        "eirl",
        "entreprise",
        "epic",
        "ets",
        "etablissement",
        "eurl",
        "fondation",
        "gaec",
        "gfa",
        "gie",
        "m",
        "mlle",
        "mme",
        "monsieur",
        "madame",
        "sa",
        "sarl",
        "sas",
        "sasu",
        "sc",
        "sca",
        "scea",
        "sci",
        "scic",
        "scm",
        "scop",
        "scp",
        "sccv",
        "sdc",
        "se",
        "selarl",
        "selas",
        "selasu",
        "snc",
        "societe",
        "ste",
        "syndicat",
        "coproprietaire",
    ]
)
_FACULTATIFS = MOTS_VIDES | MOTS_JURIDIQUES
_NE_JOIGNENT_PAS = frozenset(mot for mot in MOTS_VIDES if len(mot) > 1) - {"et"}
"""After these words, a following "et" joins nothing; a single letter may be an initial (``A & B``)."""

# {folded root: indexed form}.
_CANONIQUES = {"saint": "st", "sainte": "ste", "st": "st", "ste": "ste"}


class Mot(msgspec.Struct, frozen=True):
    """A word of a query. ``formes``: matching roots, best first; ``brut``: folded word as typed.

    ``voies``: other matching roots in an address (« pl » for « place », « bis » for « b »).
    """

    formes: tuple[str, ...]
    brut: str
    voies: tuple[str, ...] = ()

    @property
    def facultatif(self) -> bool:
        """An article or legal form: raises the score, never required beside other words."""
        return self.brut in _FACULTATIFS or self.formes[0] in _FACULTATIFS

    @property
    def tolere_une_faute(self) -> bool:
        """Whether one typo is tolerated: long enough, without digits."""
        return len(self.formes[0]) >= 4 and not any(c.isdigit() for c in self.brut)


def racine(mot: str) -> str:
    """Return the root of a folded word, without plural (``travaux`` → ``traval``, ``gateaux`` → ``gateau``)."""
    return _RACINES[mot]


class _Retenus(dict[str, _T]):
    """Cache of a function of a text, emptied when full: unlike ``lru_cache``, a hit writes nothing."""

    def __init__(self, calculer: Callable[[str], _T], taille: int) -> None:
        super().__init__()
        self._calculer, self._taille = calculer, taille

    def __missing__(self, texte: str) -> _T:
        if len(self) >= self._taille:
            self.clear()
        self[texte] = retenu = self._calculer(texte)
        return retenu


def _racine(mot: str) -> str:
    if len(mot) > 3 and not mot.isdigit():
        if mot.endswith("aux"):
            mot = mot[:-1] if mot.endswith("eaux") else mot[:-3] + "al"
        elif mot[-1] in "sx" and mot[-2] != "s":
            mot = mot[:-1]
    return _CANONIQUES.get(mot, mot)


_RACINES = _Retenus(_racine, RACINES_MAX)
_AUTRES_FORMES = {
    _racine(mot): tuple(dict.fromkeys(map(_racine, autres))) for mot, autres in abreviations.equivalents().items()
}
"""{typed root: other possible roots}."""


def _decouper(mots: list[str]) -> list[tuple[str, str | None]]:
    """Folded words, each with the form that keeps the elided letter, if any: ``[("oreal", "loreal")]``."""
    sortie: list[tuple[str, str | None]] = []
    i, n = 0, len(mots)
    while i < n:
        mot = mots[i]
        if mot in _COURTS:
            suivant = mots[i + 1] if i + 1 < n else ""
            if mot in _ELISIONS and len(suivant) > 1 and suivant[0] in _VOYELLES:
                sortie.append((suivant, mot + suivant))
                i += 2
                continue
            fin = i
            while fin < n and len(mots[fin]) == 1 and not mots[fin].isdigit() and not _elide(mots, fin):
                fin += 1
            if fin - i > 1:
                sortie.append(("".join(mots[i:fin]), None))
                i = fin
                continue
        sortie.append((mot, None))
        i += 1
    return sortie


def _elide(mots: list[str], i: int) -> bool:
    """Whether the letter at ``i`` is an article elided before the next word."""
    return mots[i] in _ELISIONS and i + 1 < len(mots) and len(mots[i + 1]) > 1 and mots[i + 1][0] in _VOYELLES


class NomAnalyse(NamedTuple):
    """What is indexed of a name (see ``racines``, ``cle``, ``noyau``)."""

    racines: tuple[str, ...]
    cle: str
    noyau: str


def analyser(texte: str) -> NomAnalyse:
    """Analyse a company's name."""
    mots = decouper_en_mots(texte)
    if _COURTS.isdisjoint(mots):
        racines_ = tuple([_RACINES[mot] for mot in mots])
        return NomAnalyse(racines_, _cle(mots), _ordonner(set(racines_)))
    morceaux = _decouper(mots)
    return NomAnalyse(tuple(_racines(morceaux)), _cle(mots), _noyau(morceaux))


_ANALYSES = _Retenus(analyser, ANALYSES_MAX)


def analyser_courant(texte: str) -> NomAnalyse:
    """Analyse a frequent text (first name, surname), cached."""
    return _ANALYSES[texte]


def reunir(a: NomAnalyse, b: NomAnalyse) -> str:
    """Return the order-free key of two names together (first name, surname)."""
    return _ordonner({*a.noyau.split(), *b.noyau.split()})


def racines(texte: str) -> list[str]:
    """Return the roots to index, in order, elided forms included."""
    mots = decouper_en_mots(texte)
    if _COURTS.isdisjoint(mots):
        return [_RACINES[mot] for mot in mots]
    return _racines(_decouper(mots))


def racines_seules(texte: str) -> list[str] | None:
    """Return the roots of a text when they do not depend on neighbouring words; None otherwise (elisions, separated
    letters)."""
    mots = decouper_en_mots(texte)
    return None if "." in texte or not _COURTS.isdisjoint(mots) else [_RACINES[mot] for mot in mots]


def mots_utiles(texte: str) -> list[str]:
    """Return the roots without articles: the words that identify a person."""
    return [mot for mot in racines(texte) if mot not in MOTS_VIDES]


USUEL = "="
"""Prefix of a pair made of a surname and the first of the first names."""


def mots_d_une_personne(noms: Sequence[str], prenoms: str | None) -> tuple[list[str], list[str]]:
    """Return the distinct roots of a person's names and first names, and the codes (surname, first of the first names)
    of their usual name."""
    propres = _MOTS_COURANTS[prenoms] if prenoms else ()
    siens: list[str] = []
    for nom in noms:
        du_nom = _MOTS_COURANTS[nom]
        if du_nom is None:
            propres = None
            break
        siens += du_nom
    if propres is None:
        siens, propres = mots_utiles(" ".join(noms)), tuple(mots_utiles(prenoms or ""))
        mots = mots_utiles(" ".join([*noms, prenoms] if prenoms else noms))
    else:
        mots = [*siens, *propres]
    if not propres:
        return [*dict.fromkeys(mots)], []
    premier = propres[0]
    usuels = [USUEL + (f"{m}_{premier}" if m < premier else f"{premier}_{m}") for m in siens if m != premier]
    return [*dict.fromkeys(mots)], usuels


def _mots_courants(texte: str) -> tuple[str, ...] | None:
    """``mots_utiles`` of a frequent name; None when they depend on neighbouring names."""
    trouvees = racines_seules(texte)
    return None if trouvees is None else tuple([mot for mot in trouvees if mot not in MOTS_VIDES])


_MOTS_COURANTS = _Retenus(_mots_courants, ANALYSES_MAX)


def cle(texte: str) -> str:
    """Key of an exact name, ignoring case, spaces, elisions, dots and "et" (``L'Oréal`` = ``LOREAL``).

    An "et" in first position or after an article is kept: it is then initials (``ET PEINTURE``, ``LES ET PEINTURE``).
    """
    return _cle(decouper_en_mots(texte))


def noyau(texte: str) -> str:
    """Order-free key, without plurals, articles or legal form (``SARL Dupont Bois`` = ``bois dupont``)."""
    return _noyau(_decouper(decouper_en_mots(texte)))


def tient_dans_son_noyau(texte: str) -> bool:
    """Tell whether the order-free key keeps all the words of a name."""
    morceaux = _decouper(decouper_en_mots(texte))
    return len(_noyau(morceaux).split()) >= len(morceaux)


def paires(mots: Sequence[str]) -> list[str]:
    """Return the pairs of words of a person, each in a fixed order."""
    return [*map("_".join, combinations(sorted(mots), 2))]


def _racines(morceaux: list[tuple[str, str | None]]) -> list[str]:
    sortie = []
    for mot, elide in morceaux:
        sortie.append(racine(mot))
        if elide is not None:
            sortie.append(racine(elide))
    return sortie


def _cle(mots: list[str]) -> str:
    if "et" not in mots:
        return "".join(mots)
    return mots[0] + "".join([mot for avant, mot in pairwise(mots) if mot != "et" or avant in _NE_JOIGNENT_PAS])


def _noyau(morceaux: list[tuple[str, str | None]]) -> str:
    return _ordonner({racine(mot) for mot, _ in morceaux})


def _ordonner(mots: set[str]) -> str:
    return " ".join(sorted(mots - _FACULTATIFS or mots))


def mots_de_requete(texte: str) -> tuple[Mot, ...]:
    """Return the words of a query, in order, without duplicates, at most ``MOTS_MAX``."""
    vus: dict[str, Mot] = {}
    for mot, elide in _decouper(decouper_en_mots(texte)):
        forme = racine(mot)
        formes = [forme]
        if elide is not None:
            formes.append(racine(elide))
        formes.extend(_AUTRES_FORMES.get(mot, ()) or _AUTRES_FORMES.get(forme, ()))
        voies = tuple(racine(autre) for autre in EQUIVALENTS.get(mot, ()))
        vus.setdefault(forme, Mot(tuple(dict.fromkeys(formes)), mot, voies))
        if len(vus) == MOTS_MAX:
            break
    return tuple(vus.values())
