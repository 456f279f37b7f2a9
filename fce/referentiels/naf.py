"""Nomenclature d'activités française: labels, levels and search.

NAF rév. 2 and NAF 2025 have five levels: section ``J``, division ``62``, groupe ``62.0``, classe ``62.01``, sous-classe
``62.01Z``. Older nomenclatures (NAF rév. 1, NAF 1993, NAP), used in closed periods, have only their finest level.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fce.referentiels.libelle import Libelle
from fce.referentiels.tables import lignes_de
from fce.socle.texte.pliage import plier

NAF_REV_2 = "NAFRev2"
NAF_2025 = "NAF25"

ECRITURES_2025 = (NAF_2025, "NAF2025", "NAFRev2025")
"""Spellings of the NAF 2025 by Insee and API Entreprise."""
NOMS: Final = {
    NAF_REV_2: "NAF rév. 2",
    NAF_2025: "NAF 2025",
    "NAFRev1": "NAF rév. 1",
    "NAF1993": "NAF 1993",
    "NAP": "NAP",
}
EXEMPLE: Final = "62.01Z"
# Insee's names in the columns nomenclatureActivitePrincipale*.
_FICHIERS = {
    NAF_REV_2: "naf_rev2.csv",
    **dict.fromkeys(ECRITURES_2025, "naf_2025.csv"),
    "NAFRev1": "naf_rev1.csv",
    "NAF1993": "naf_1993.csv",
    "NAP": "nap.csv",
}

_SANS_POINT = re.compile(r"(\d\d)(\d{1,2}[A-Z]?)")


@dataclass(frozen=True, slots=True)
class _Table:
    libelles: dict[str, str | None]
    parents: dict[str, str]
    enfants: dict[str, tuple[str, ...]]


@lru_cache
def _lire_table(fichier: str) -> _Table:
    libelles: dict[str, str | None] = {}
    parents: dict[str, str] = {}
    enfants: dict[str, list[str]] = {}
    for code, parent, libelle in lignes_de(fichier):
        libelles[code] = libelle or None
        parents[code] = parent
        enfants.setdefault(parent, []).append(code)
    return _Table(libelles, parents, {parent: tuple(codes) for parent, codes in enfants.items()})


def _table(nomenclature: str) -> _Table | None:
    fichier = _FICHIERS.get(nomenclature)
    return _lire_table(fichier) if fichier else None


def canonique(nomenclature: str | None) -> str:
    """Insee's name of a nomenclature, one spelling for the NAF 2025, NAF rév. 2 by default."""
    return NAF_2025 if nomenclature in ECRITURES_2025 else nomenclature or NAF_REV_2


def sql_canonique(colonne: str) -> str:
    """SQL of ``canonique`` for a column."""
    ecritures = ", ".join(f"'{ecriture}'" for ecriture in ECRITURES_2025)
    return f"CASE WHEN {colonne} IN ({ecritures}) THEN '{NAF_2025}' ELSE coalesce({colonne}, '{NAF_REV_2}') END"


def est_sous_classe(code: str) -> bool:
    return len(code) == len(EXEMPLE)


def normaliser(code: str) -> str:
    """``6201z`` → ``62.01Z``, `` j `` → ``J``; other texts are only trimmed and upper-cased."""
    code = code.strip().upper()
    sans_point = _SANS_POINT.fullmatch(code)
    return f"{sans_point[1]}.{sans_point[2]}" if sans_point else code


def libelle(code: str | None, nomenclature: str = NAF_REV_2) -> str | None:
    """Label of a code of any level, or None."""
    table = _table(nomenclature)
    return table.libelles.get(normaliser(code)) if table and code else None


def ancetres(code: str | None, nomenclature: str = NAF_REV_2) -> tuple[str, ...]:
    """Codes from the section to the code itself: ``("J", "62", "62.0", "62.01", "62.01Z")``.

    Empty for an unknown code; the code alone in one-level nomenclatures.
    """
    table = _table(nomenclature)
    chemin: list[str] = []
    courant = normaliser(code or "")
    while table and courant in table.parents:
        chemin.append(courant)
        courant = table.parents[courant]
    return tuple(reversed(chemin))


def enfants(code: str | None = None, nomenclature: str = NAF_REV_2) -> tuple[str, ...]:
    """Codes one level below, in official order; sections without a code."""
    table = _table(nomenclature)
    return table.enfants.get(normaliser(code or ""), ()) if table else ()


@dataclass(frozen=True, slots=True)
class _Vocabulaire:
    lignes: tuple[tuple[str, str], ...]
    mots: tuple[str, ...]
    porteuses: tuple[frozenset[int], ...]

    def porteuses_de(self, mot: str) -> tuple[frozenset[int], frozenset[int]]:
        """(rows with the word, rows with a word beginning with it)."""
        debut = bisect_left(self.mots, mot)
        fin = bisect_left(self.mots, mot + chr(0x10FFFF), debut)
        entier = self.porteuses[debut] if self.mots[debut : debut + 1] == (mot,) else frozenset[int]()
        return entier, frozenset[int]().union(*self.porteuses[debut:fin])


@lru_cache
def _recherche(fichier: str) -> _Vocabulaire:
    """Searched labels; skips a class that only repeats its sole sous-classe."""
    table = _lire_table(fichier)
    lignes: list[tuple[str, str]] = []
    rangs: dict[str, set[int]] = {}
    for code, nom in table.libelles.items():
        suite = table.enfants.get(code, ())
        if nom and not (len(suite) == 1 and table.libelles[suite[0]] == nom):
            plie = plier(nom)
            for mot in plie.split():
                rangs.setdefault(mot, set()).add(len(lignes))
            lignes.append((code, plie))
    mots = tuple(sorted(rangs))
    return _Vocabulaire(tuple(lignes), mots, tuple(frozenset(rangs[mot]) for mot in mots))


def chercher(texte: str, limite: int = 20, nomenclature: str = NAF_REV_2) -> list[Libelle]:
    """Find activities by the beginning of a code, or by words of the label, unfinished or without accents.

    Codes first, then labels beginning with the text, whole words before unfinished ones, then official order.
    """
    table = _table(nomenclature)
    if table is None or limite <= 0:
        return []
    code = normaliser(texte[:64])
    if code and (code in table.libelles or code[0].isdigit()):
        trouves = [c for c in table.libelles if c == code or (code[0].isdigit() and c.startswith(code))]
        if trouves:
            return [Libelle(c, table.libelles[c]) for c in trouves[:limite]]
    demande = plier(texte[:256])
    cherches = demande.split()
    if not cherches:
        return []
    vocabulaire = _recherche(_FICHIERS[nomenclature])
    porteuses = [vocabulaire.porteuses_de(mot) for mot in cherches]
    notes: list[tuple[bool, int, int, str]] = []
    for rang in frozenset.intersection(*(commencees for _, commencees in porteuses)):
        candidat, plie = vocabulaire.lignes[rang]
        inacheves = sum(rang not in entieres for entieres, _ in porteuses)
        notes.append((not plie.startswith(demande), inacheves, rang, candidat))
    return [Libelle(c, table.libelles[c]) for *_, c in sorted(notes)[:limite]]


@lru_cache
def libelles(nomenclature: str = NAF_REV_2) -> tuple[Libelle, ...]:
    """Every labelled code, all levels, in official order."""
    table = _table(nomenclature)
    return tuple(Libelle(code, nom) for code, nom in table.libelles.items() if nom) if table else ()


def codes(nomenclature: str = NAF_REV_2) -> list[tuple[Libelle, str]]:
    """Every code with its parent ("" at the top), all levels, in official order."""
    table = _table(nomenclature)
    return [(Libelle(code, nom), table.parents[code]) for code, nom in table.libelles.items()] if table else []


@lru_cache
def metiers() -> tuple[tuple[str, str], ...]:
    """(everyday word absent from the label, code in the NAF rév. 2)."""
    return tuple((mot, code) for mot, code, *_ in lignes_de("metiers.csv"))


@dataclass(frozen=True, slots=True)
class NomDeMetier:
    """Noun for those with an activity: « boulangerie », « boulangeries », feminine."""

    singulier: str
    pluriel: str
    feminin: bool


@lru_cache
def noms_de_metier() -> dict[str, tuple[NomDeMetier, ...]]:
    """Nouns by code of the NAF rév. 2, the usual one first; excludes uncountable words (« plomberie »)."""
    sortie: dict[str, list[NomDeMetier]] = {}
    for mot, code, genre, pluriel in lignes_de("metiers.csv"):
        if genre:
            sortie.setdefault(code, []).append(NomDeMetier(mot, pluriel, genre == "f"))
    return {code: tuple(noms) for code, noms in sortie.items()}
