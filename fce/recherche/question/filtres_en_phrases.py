"""Read in a query the phrases that mean a filter rather than a name: « plus de 50 salariés », « créée en 2024 », « en
redressement », « siège à Lille ». Pure: uses the nomenclatures and the phrases that filters declare.

A phrase of several words is understood wherever it stands; a single word (« association ») may be part of a name, and
counts only beside a place, an activity or another phrase (``lieu_et_activite``).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import msgspec

from fce.recherche.question import filtres
from fce.recherche.question.alimentations import OUI
from fce.recherche.question.filtres import BORNES_CREATION, EFFECTIF, FERMETURE, FILTRE_SIEGE
from fce.referentiels import effectifs
from fce.socle.texte.pliage import plier

Valeurs = tuple[tuple[str, str], ...]
"""(filter, value) pairs."""
_NOMBRE = r"(\d{1,3}(?: \d{3})+|\d{1,6})"
_ANNEE = r"((?:18|19|20)\d\d)"
_SALARIES = r"(?:salarie|employe)e?s?"
_CREEE = r"(?:cree|immatricule)e?s?"
_FERMEE = r"(?:ferme|cesse|radie)e?s?"
_LIENS = frozenset(("et", "ou", "avec", "ayant", "de", "d", "qui", "ont", "comptant"))
"""Words that tie a phrase of several words to what is before it."""
_ETAT = "etat"
_GENERIQUES = frozenset(
    "entreprise entreprises societe societes etablissement etablissements les des de d a et avec".split()  # noqa: SIM905
)
"""Words left around a phrase that name nothing: « entreprises de plus de 50 salariés »."""


class FiltreCompris(msgspec.Struct, frozen=True):
    """A filter read in the words: name and value."""

    filtre: str
    valeur: str


class Relevee(NamedTuple):
    """Filters read in phrases, and the other words. ``etat``: state that a phrase names, "" for none. ``mot_seul``:
    every phrase is a single word."""

    compris: tuple[FiltreCompris, ...]
    reste: str
    etat: str
    mot_seul: bool


@dataclass(frozen=True, eq=False)
class Tournures:
    """The phrases known, compared by identity so that readings can be cached by them."""

    motifs: tuple[tuple[re.Pattern[str], Callable[..., Valeurs]], ...]


def connues() -> Tournures:
    """Return the phrases with numbers and years, and those that filters declare."""
    return _compiler(tuple((nom, tuple(f.tournures.items())) for nom, f in filtres.tous().items() if f.tournures))


def relever(texte: str, tournures: Tournures) -> Relevee | None:
    """Take the phrases out of a text; None when it holds none. One phrase per filter: any other stays a word."""
    mots = texte.split()
    plies = [plier(mot) or "¤" for mot in mots]
    poses: dict[str, tuple[str, ...]] = {}
    etat, mot_seul = "", True
    for motif, dire in tournures.motifs:
        plie = " ".join(plies)
        trouve = motif.search(plie)
        while trouve and (place := _mots_entiers(plies, trouve.span())):
            nouveaux = dire(*trouve.groups())
            noms = {nom for nom, _ in nouveaux}
            if not nouveaux or noms & poses.keys():
                break
            for nom, valeur in nouveaux:
                poses[nom] = (*poses.get(nom, ()), valeur)
            etat = "cesse" if _ETAT in noms or FERMETURE in noms else etat
            debut = place.start
            if " " in trouve[0] or FILTRE_SIEGE in noms:
                mot_seul = False
                while debut and plies[debut - 1] in _LIENS:
                    debut -= 1
            del mots[debut : place.stop], plies[debut : place.stop]
            plie = " ".join(plies)
            trouve = motif.search(plie)
    if not poses:
        return None
    compris = tuple(FiltreCompris(nom, valeur) for nom, valeurs in poses.items() if nom != _ETAT for valeur in valeurs)
    return Relevee(compris, " ".join(mots), etat, mot_seul)


def sans_generiques(texte: str) -> str:
    """Return a text, empty when its words name nothing."""
    return "" if all(plier(mot) in _GENERIQUES for mot in texte.split()) else texte


def _mots_entiers(plies: Sequence[str], span: tuple[int, int]) -> slice | None:
    """Return the words of a part of the folded text; None when it cuts a word typed with a sign (« sous-traitant »)."""
    debuts, fins, place = {}, {}, 0
    for rang, plie in enumerate(plies):
        debuts[place] = rang
        fins[place + len(plie)] = rang + 1
        place += len(plie) + 1
    debut, fin = debuts.get(span[0]), fins.get(span[1])
    return slice(debut, fin) if debut is not None and fin is not None else None


def _tranches(minimum: int, maximum: int | None) -> Valeurs:
    """Return the Insee bands inside bounds, else those that overlap them: nothing more precise is known."""
    bornes = [(t.code, b) for t in effectifs.liste() if (b := effectifs.bornes(t.code))]
    dedans = [
        code
        for code, (bas, haut) in bornes
        if bas >= minimum and (maximum is None or (haut is not None and haut <= maximum))
    ]
    if not dedans and maximum is not None:
        dedans = [code for code, (bas, haut) in bornes if bas <= maximum and (haut is None or haut >= minimum)]
    return tuple((EFFECTIF, code) for code in dedans or [bornes[-1][0]])


def _entier(texte: str) -> int:
    return int(texte.replace(" ", ""))


def _entre_deux(a: str, b: str) -> Valeurs:
    bas, haut = sorted((_entier(a), _entier(b)))
    return _tranches(bas, haut)


def _crees(depuis: int | None, jusque: int | None) -> Valeurs:
    bornes = (f"{depuis}-01-01" if depuis else "", f"{jusque}-12-31" if jusque else "")
    return tuple((nom, borne) for nom, borne in zip(BORNES_CREATION, bornes, strict=True) if borne)


def _entre_annees(a: str, b: str) -> Valeurs:
    return _crees(*sorted((int(a), int(b))))


def _avec_des_nombres() -> Iterator[tuple[str, Callable[..., Valeurs]]]:
    yield rf"entre {_NOMBRE} et {_NOMBRE} {_SALARIES}", _entre_deux
    yield rf"{_NOMBRE} a {_NOMBRE} {_SALARIES}", _entre_deux
    au_moins = rf"(?:plus de|au moins|minimum|a partir de|au dela de) {_NOMBRE} {_SALARIES}"
    for motif in (au_moins, rf"{_NOMBRE} {_SALARIES} (?:(?:et|ou) plus|au moins|au minimum|minimum)"):
        yield motif, lambda n: _tranches(_entier(n), None)
    yield rf"moins de {_NOMBRE} {_SALARIES}", lambda n: _tranches(0, _entier(n) - 1)
    au_plus = rf"(?:au plus|au maximum|maximum|jusqu a) {_NOMBRE} {_SALARIES}"
    for motif in (au_plus, rf"{_NOMBRE} {_SALARIES} (?:(?:et|ou) moins|au plus|au maximum|maximum)"):
        yield motif, lambda n: _tranches(0, _entier(n))
    yield rf"(?:sans|aucun) {_SALARIES}", lambda: ((EFFECTIF, "NN"), (EFFECTIF, "00"))
    yield rf"{_NOMBRE} {_SALARIES}", lambda n: _tranches(_entier(n), _entier(n))
    yield rf"{_CREEE} entre {_ANNEE} et {_ANNEE}", _entre_annees
    yield rf"{_CREEE} (?:en|dans l annee) {_ANNEE}", lambda a: _crees(int(a), int(a))
    yield rf"{_CREEE} (?:depuis|a partir de|des) {_ANNEE}", lambda a: _crees(int(a), None)
    yield rf"{_CREEE} apres {_ANNEE}", lambda a: _crees(int(a) + 1, None)
    yield rf"(?:{_CREEE} )?avant {_ANNEE}", lambda a: _crees(None, int(a) - 1)
    yield rf"{_FERMEE} en {_ANNEE}", lambda a: ((FERMETURE, a),)
    yield _FERMEE, lambda: ((_ETAT, "cesse"),)
    yield r"sieges?(?: social| sociaux)?(?= (?:a|au|aux|en|dans) )", lambda: ((FILTRE_SIEGE, OUI),)


@lru_cache(maxsize=4)
def _compiler(declarees: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]) -> Tournures:
    # Longest first: « en redressement judiciaire » before « en redressement ».
    phrases = sorted(
        ((plier(phrase), nom, valeur) for nom, siennes in declarees for phrase, valeur in siennes),
        key=lambda x: -len(x[0]),
    )
    fixes = ((re.escape(phrase), _constante(nom, valeur)) for phrase, nom, valeur in phrases)
    motifs = tuple((re.compile(rf"(?<!\S){motif}(?!\S)"), dire) for motif, dire in (*_avec_des_nombres(), *fixes))
    return Tournures(motifs)


def _constante(nom: str, valeur: str) -> Callable[[], Valeurs]:
    return lambda: ((nom, valeur),)
