"""Hints from the bytes of a block about its values, to skip useless clean-up."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Above this, trimming all columns costs less than finding the padded ones.
_BLANCS_MAXIMUM = 2000
_ENTITES_MAXIMUM = 20_000
_ENTITE = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_LF, _GUILLEMET, _ESPACE, _TAB, _CR, _ESPERLUETTE = 10, 34, 32, 9, 13, 38

Octets = npt.NDArray[np.uint8]
Rangs = npt.NDArray[np.int64]
Masque = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Indices:
    """``espaces``: columns with padded fields (None: unknown). For the others, True means "perhaps":

    ``vides``: quoted empty fields; ``entites``: HTML entities; ``decompose``: text that is not NFC.
    """

    espaces: frozenset[str] | None = None
    vides: bool = True
    entites: bool = True
    decompose: bool = True


TOUT_EST_POSSIBLE = Indices()


def reperer(octets: bytes, vue: Octets, fins: Rangs, separateurs: Masque, noms: list[str], separateur: int) -> Indices:
    """Hints for well-formed records that end at ``fins``; ``separateurs``: positions outside quotes."""
    ascii_seul = octets.isascii()
    blancs = _blancs_au_bord(vue, separateurs, separateur)
    decompose = False
    if not ascii_seul:
        hauts = np.flatnonzero(vue >= 0xC2)
        un, deux, trois = (vue[np.minimum(hauts + n, len(vue) - 1)] for n in range(3))
        # Unicode spaces (U+0085, U+00A0, U+1680, U+2000-200A, U+2028-9, U+202F, U+205F, U+3000), wherever they are.
        e280 = (deux == 0x80) & ((trois <= 0x8A) | (trois == 0xA8) | (trois == 0xA9) | (trois == 0xAF))
        espaces = (un == 0xC2) & ((deux == 0x85) | (deux == 0xA0))
        espaces |= (un == 0xE2) & (e280 | ((deux == 0x81) & (trois == 0x9F)))
        espaces |= (trois == 0x80) & (((un == 0xE1) & (deux == 0x9A)) | ((un == 0xE3) & (deux == 0x80)))
        blancs = np.concatenate((blancs, hauts[espaces]))
        # Below U+0300 nothing is decomposed; nor are dashes, curly quotes (E2 80 8B and after) and the euro sign.
        ponctuation = (un == 0xE2) & (((deux == 0x80) & (trois >= 0x8B)) | (deux == 0x82))
        decompose = bool(np.any((un >= 0xCC) & ~ponctuation))
    return Indices(
        _colonnes(blancs, fins, separateurs, noms), _champ_vide(vue, separateur), _entites(octets, vue), decompose
    )


def _blancs_au_bord(vue: Octets, separateurs: Masque, separateur: int) -> Rangs:
    blancs = np.flatnonzero((vue == _ESPACE) | ((vue >= _TAB) & (vue <= _CR)))
    blancs = blancs[(vue[blancs] != _LF) & (vue[blancs] != separateur)]
    avant, apres = np.maximum(blancs - 1, 0), np.minimum(blancs + 1, len(vue) - 1)
    au_bord = blancs == 0
    for voisins in (avant, apres):
        signes = vue[voisins]
        au_bord |= separateurs[voisins] | (signes == _LF) | (signes == _GUILLEMET)
    return blancs[au_bord]


def _colonnes(places: Rangs, fins: Rangs, separateurs: Masque, noms: list[str]) -> frozenset[str] | None:
    if not len(places):
        return frozenset()
    if len(places) > _BLANCS_MAXIMUM:
        return None
    lignes = np.searchsorted(fins, places)
    debuts = np.where(lignes > 0, fins[lignes - 1] + 1, 0)
    rangs = {int(np.count_nonzero(separateurs[d:p])) for d, p in zip(debuts.tolist(), places.tolist(), strict=True)}
    return frozenset(noms[r] for r in rangs if r < len(noms))


def _champ_vide(vue: Octets, separateur: int) -> bool:
    """Whether a field may be ``""``: two adjacent quotes between separators."""
    guillemets = np.flatnonzero(vue == _GUILLEMET)
    doubles = guillemets[:-1][np.diff(guillemets) == 1]
    if not len(doubles):
        return False
    avant, apres = vue[np.maximum(doubles - 1, 0)], vue[np.minimum(doubles + 2, len(vue) - 1)]
    ouvre = (avant == separateur) | (avant == _LF) | (doubles == 0)
    return bool(np.any(ouvre & ((apres == separateur) | (apres == _LF))))


def _entites(octets: bytes, vue: Octets) -> bool:
    places = np.flatnonzero(vue == _ESPERLUETTE)
    return len(places) > _ENTITES_MAXIMUM or any(_ENTITE.match(octets, place) for place in places.tolist())
