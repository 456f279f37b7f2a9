"""Activity codes of both nomenclatures, NAF rév. 2 and NAF 2025, as written in URLs.

Sub-classes are unambiguous: « 62.01Z » and « 10.71H » exist in one nomenclature only. Upper levels are written alike in
both, so those of NAF 2025 carry the prefix ``MARQUE`` (« 2025-J », « 2025-62 »), and saved URLs keep their meaning.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Final

from fce.referentiels import naf
from fce.referentiels.libelle import Libelle

MARQUE = "2025-"
CODES_GARDES = 4096
"""Size of the caches of paths and sub-classes; above the number of codes of both nomenclatures, so that unknown codes
evict few entries."""
NOMS = {de: naf.NOMS[de] for de in (naf.NAF_REV_2, naf.NAF_2025)}
"""Names of both nomenclatures."""
NIVEAUX: Final = 5
"""From the section to the sub-class."""
ALIMENTS_D_ORIGINE_ANIMALE: Final = (
    "10.11Z", "10.12Z", "10.20Z", "10.51A", "10.51B", "10.51C",
    "10.11Y", "10.12Y", "10.20Y", "10.51G", "10.51H", "10.51J",
)  # fmt: skip
"""Activities that put meat, fish or milk on the market (règl. (CE) n° 853/2004, art. 4). 10.13A and B, 10.13G and H are
left out: many of their units only sell to consumers."""


def nomenclature(code: str) -> str:
    if code.startswith(MARQUE):
        return naf.NAF_2025
    nouvelle = naf.est_sous_classe(code) and not naf.ancetres(code) and naf.ancetres(code, naf.NAF_2025)
    return naf.NAF_2025 if nouvelle else naf.NAF_REV_2


def normaliser(texte: str) -> str:
    """Return the canonical spelling: « 2025-1071h » is « 10.71H », « 2025-j » is « 2025-J »."""
    marque = texte.strip().upper().startswith(MARQUE)
    nu = naf.normaliser(texte.strip()[len(MARQUE) if marque else 0 :])
    return ecrire(nu, naf.NAF_2025 if marque else naf.NAF_REV_2)


def libelle(code: str) -> str | None:
    """Return the official label of a code, None when unknown or unlabelled."""
    return naf.libelle(_nu(code), nomenclature(code))


def lisible(code: str) -> str:
    """Return a code for a reader; names the nomenclature when the level exists in both."""
    return f"{_nu(code)} ({NOMS[naf.NAF_2025]})" if code.startswith(MARQUE) else code


def en_clair(code: str) -> str:
    """Return a code as ``lisible`` does, with its label."""
    trouve = libelle(code)
    return f"{lisible(code)} – {trouve}" if trouve else lisible(code)


def niveaux_communs(demandes: Iterable[str], portes: Iterable[str]) -> int:
    """Return how many levels, from the section down, a code asked shares with one that a unit bears: 5 for one
    sub-class, 2 for the same division, 0 across nomenclatures."""
    couples = product(map(ancetres, map(normaliser, demandes)), map(ancetres, portes))
    return max((sum(x == y for x, y in zip(a, b, strict=False)) for a, b in couples), default=0)


@lru_cache(maxsize=CODES_GARDES)
def ancetres(code: str) -> tuple[str, ...]:
    """Return the codes from the section down to this one; empty when unknown."""
    celle_du_code = nomenclature(code)
    return tuple(ecrire(c, celle_du_code) for c in naf.ancetres(_nu(code), celle_du_code))


def enfants(code: str) -> tuple[str, ...]:
    celle_du_code = nomenclature(code)
    return tuple(ecrire(c, celle_du_code) for c in naf.enfants(_nu(code), celle_du_code))


@lru_cache(maxsize=CODES_GARDES)
def sous_classes(code: str) -> tuple[str, ...]:
    """Return the sub-classes of a level; the code itself if it is one."""
    dedans = enfants(code)
    return tuple(c for enfant in dedans for c in sous_classes(enfant)) if dedans else (code,)


def sections(de: str = naf.NAF_REV_2) -> tuple[str, ...]:
    """Return the sections of a nomenclature, in official order."""
    return tuple(ecrire(c, de) for c in naf.enfants(nomenclature=de))


def est_une_section(code: str) -> bool:
    return len(_nu(code)) == 1


@lru_cache(maxsize=1)
def section_de() -> Mapping[str, str]:
    """Return {sub-class of either nomenclature: its section}.

    Abolished nomenclatures have none: some of their codes are written like groups or classes of today.
    """
    return {code: section for de in NOMS for section in sections(de) for code in sous_classes(section)}


def sections_de_tete(nombres: Mapping[str, int]) -> Sequence[str]:
    """Return the sections of the nomenclature used by most units, NAF rév. 2 when equal. ``nombres``: units by code.

    Files give the new code beside the old one, then instead of it.
    """
    portes = {de: sum(nombres.get(code, 0) for code in sections(de)) for de in NOMS}
    return sections(max(NOMS, key=lambda de: portes[de]))


def chercher(texte: str, limite: int, tete: str = naf.NAF_REV_2) -> list[Libelle]:
    """Find activities of both nomenclatures by words or code, those of ``tete`` first."""
    trouves: list[Libelle] = []
    for de in sorted(NOMS, key=lambda n: n != tete):
        if len(trouves) >= limite:
            break
        trouves += [Libelle(ecrire(x.code, de), x.libelle) for x in naf.chercher(texte, limite, de)]
    return trouves[:limite]


def _nu(code: str) -> str:
    return code.removeprefix(MARQUE)


def ecrire(code: str, de: str) -> str:
    """Return a code of the nomenclature ``de`` as written in URLs."""
    return f"{MARQUE}{code}" if de == naf.NAF_2025 and not naf.est_sous_classe(code) else code


def sql_niveau(code: str, de: str, longueur: str) -> str:
    """SQL of ``ecrire`` for the first ``longueur`` characters of a sub-class of the nomenclature ``de``."""
    marque = f"CASE WHEN {de} = '{naf.NAF_2025}' AND {longueur} < {len(naf.EXEMPLE)} THEN '{MARQUE}' ELSE '' END"
    return f"{marque} || left({code}, {longueur})"
