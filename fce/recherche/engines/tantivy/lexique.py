"""The vocabulary of a version: its words, and the number of documents that hold each. It serves to correct typos.

Only 64-bit fingerprints are stored. To correct a word, all its variants one typo away (a few hundred) are generated and
looked up at once: the cost depends on the length of the word, not on the size of the index.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tantivy import Searcher

from fce.recherche.engines.vocabulaire import LETTRES, LONGUEUR_MAX, a_une_faute, garde

MOTS, NOMBRES = "lexique-mots.npy", "lexique-nombres.npy"
"""Files of a version: sorted fingerprints of the words, and the number of documents that hold each."""
_ENTREE = np.dtype([("empreinte", np.uint64), ("documents", np.uint32)])
_FACTEURS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64)
_ENTIERS = [int(facteur) for facteur in _FACTEURS]
_EN_BLOCS = Struct(f"={LONGUEUR_MAX // 8}Q").unpack
_64_BITS = 2**64 - 1

Entrees = NDArray[Any]


class Voisin(NamedTuple):
    mot: str
    documents: int


def relever(searcher: Searcher, champs: Iterable[str]) -> Entrees:
    """Read the words of some fields of one tantivy index, with the number of documents that hold each (summed by
    field).

    Read by first letter, so that the whole dictionary of a field is never in memory.
    """
    parties = []
    for champ in champs:
        for initiale in LETTRES:
            # An underscore joins two words of a person's name into one code, which is not a word.
            termes = [(m, n) for m, n in searcher.terms_with_prefix(champ, initiale) if "_" not in m]
            if termes:
                mots, nombres = zip(*termes, strict=True)
                parties.append(_entrees(mots, nombres))
    return reunir(parties)


def _entrees(mots: Iterable[str], nombres: Iterable[int]) -> Entrees:
    octets = [m.encode() for m in mots]
    gardes = np.fromiter((len(m) <= LONGUEUR_MAX for m in octets), dtype=bool, count=len(octets))
    entrees = np.empty(len(octets), dtype=_ENTREE)
    entrees["empreinte"] = empreintes(octets)
    entrees["documents"] = np.fromiter(nombres, dtype=np.uint32, count=len(octets))
    return entrees[gardes]


def reunir(parties: Iterable[Entrees]) -> Entrees:
    """Merge vocabularies into one, sorted by fingerprint; the counts of a word are summed."""
    presentes = [p for p in parties if len(p)]
    if not presentes:
        return np.empty(0, dtype=_ENTREE)
    toutes = np.concatenate(presentes)
    # Sorting whole entries (structured dtype) compares them one by one: ten times slower.
    toutes = toutes[np.argsort(toutes["empreinte"])]
    debuts = np.flatnonzero(np.concatenate(([True], toutes["empreinte"][1:] != toutes["empreinte"][:-1])))
    reunies = np.empty(len(debuts), dtype=_ENTREE)
    reunies["empreinte"] = toutes["empreinte"][debuts]
    reunies["documents"] = np.add.reduceat(toutes["documents"], debuts)
    return reunies


def empreintes(mots: list[bytes]) -> NDArray[np.uint64]:
    """64-bit fingerprint of each word. A collision would only make the engine search a word that no document holds."""
    blocs = np.array(mots, dtype=f"S{LONGUEUR_MAX}").view(np.uint64).reshape(len(mots), LONGUEUR_MAX // 8)
    melees = np.zeros(len(mots), dtype=np.uint64)
    for rang, facteur in enumerate(_FACTEURS):
        melees ^= blocs[:, rang]
        melees *= facteur
        melees ^= melees >> np.uint64(32)
    return melees


def empreinte(mot: str) -> int:
    """The fingerprint of one word, without numpy: importing numpy takes longer than a few lookups."""
    melee = 0
    for bloc, facteur in zip(_EN_BLOCS(mot.encode().ljust(LONGUEUR_MAX, b"\0")), _ENTIERS, strict=True):
        melee = (melee ^ bloc) * facteur & _64_BITS
        melee ^= melee >> 32
    return melee


def ecrire_partie(version: Path, fragment: int, parties: Iterable[Entrees]) -> None:
    np.save(version / f"lexique-partie-{fragment}.npy", reunir(parties))


def reunir_les_parties(version: Path) -> None:
    """Merge the vocabularies of the fragments into that of the version."""
    parties = sorted(version.glob("lexique-partie-*.npy"))
    entrees = reunir([np.load(partie) for partie in parties])
    np.save(version / MOTS, np.ascontiguousarray(entrees["empreinte"]))
    np.save(version / NOMBRES, np.ascontiguousarray(entrees["documents"]))
    for partie in parties:
        partie.unlink()


def mots_comptes(mots: Mapping[str, int]) -> Entrees:
    gardes = {mot: n for mot, n in mots.items() if garde(mot)}
    return _entrees(gardes, gardes.values())


def completer(ancienne: Path, version: Path) -> None:
    """Merge the vocabulary of version ``ancienne`` with the words added to the fragments of ``version``.

    It only grows: words that no document holds any more stay, and a known word keeps its count unless the new documents
    alone hold it more often. The next full build counts again.
    """
    parties = sorted(version.glob("lexique-partie-*.npy"))
    neuves = reunir([np.load(partie) for partie in parties])
    connues = np.load(ancienne / MOTS), np.load(ancienne / NOMBRES)
    rangs = np.searchsorted(connues[0], neuves["empreinte"])
    connus = np.zeros(len(neuves), dtype=bool)
    dedans = rangs < len(connues[0])
    connus[dedans] = connues[0][rangs[dedans]] == neuves["empreinte"][dedans]
    np.maximum.at(connues[1], rangs[connus], neuves["documents"][connus])
    inconnues, places = neuves[~connus], rangs[~connus]
    np.save(version / MOTS, np.insert(connues[0], places, inconnues["empreinte"]))
    np.save(version / NOMBRES, np.insert(connues[1], places, inconnues["documents"]))
    for partie in parties:
        partie.unlink()


class Lexique:
    def __init__(self, version: Path) -> None:
        self._empreintes: NDArray[np.uint64] = np.load(version / MOTS, mmap_mode="r")
        self._suite = memoryview(self._empreintes)
        self._documents: NDArray[np.uint32] = np.load(version / NOMBRES, mmap_mode="r")

    def documents(self, mots: list[str]) -> dict[str, int]:
        """Number of documents that hold each of these words; unknown words are left out."""
        portes = {}
        for mot in mots:
            if len(mot.encode()) > LONGUEUR_MAX:
                continue
            rang = bisect_left(self._suite, cherchee := empreinte(mot))
            if rang < len(self._suite) and self._suite[rang] == cherchee:
                portes[mot] = int(self._documents[rang])
        return portes

    def voisins(self, mot: str) -> list[Voisin]:
        """Known words one typo away (a letter added, dropped, changed, or swapped with the next), most frequent
        first."""
        if len(mot.encode()) >= LONGUEUR_MAX:
            return []
        essais = [*dict.fromkeys(a_une_faute(mot))]
        voisins = [Voisin(essais[i], int(self._documents[rang])) for i, rang in self._trouver(essais)]
        return sorted(voisins, key=lambda v: (-v.documents, v.mot))

    def _trouver(self, mots: list[str]) -> list[tuple[int, int]]:
        """For each known word: its position in ``mots`` and in the vocabulary."""
        if not len(self._empreintes):
            return []
        cherchees = empreintes([m.encode() for m in mots])
        # In sorted order, each lookup starts where the previous one ended.
        ordre = np.argsort(cherchees)
        cherchees = cherchees[ordre]
        rangs = np.searchsorted(self._empreintes, cherchees)
        rangs[rangs == len(self._empreintes)] = 0
        (trouves,) = np.nonzero(self._empreintes[rangs] == cherchees)
        return [(int(ordre[i]), int(rangs[i])) for i in trouves]
