"""Activity codes of both nomenclatures, NAF rév. 2 and NAF 2025, as written in URLs.

Sub-classes are unambiguous: « 62.01Z » and « 10.71H » exist in one nomenclature only. Upper levels are written alike in
both, so those of NAF 2025 carry the prefix ``MARQUE`` (« 2025-J », « 2025-62 »), and saved URLs keep their meaning.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from fce.recherche.codes import Codes
from fce.referentiels import naf
from fce.referentiels.libelle import Libelle

MARQUE = "2025-"
DEBUT = "n:"
"""Prefix of activity codes in the index."""
CODES_GARDES = 4096
"""Size of the caches of paths and sub-classes; above the number of codes of both nomenclatures, so that unknown codes
evict few entries."""
NOMS = {naf.NAF_REV_2: "NAF rév. 2", naf.NAF_2025: "NAF 2025"}
_SOUS_CLASSE = len("62.01Z")


def nomenclature(code: str) -> str:
    if code.startswith(MARQUE):
        return naf.NAF_2025
    nouvelle = len(code) == _SOUS_CLASSE and not naf.ancetres(code) and naf.ancetres(code, naf.NAF_2025)
    return naf.NAF_2025 if nouvelle else naf.NAF_REV_2


def normaliser(texte: str) -> str:
    """Return the canonical spelling: « 2025-1071h » is « 10.71H », « 2025-j » is « 2025-J »."""
    marque = texte.strip().upper().startswith(MARQUE)
    return _ecrire(naf.normaliser(texte.strip()[len(MARQUE) if marque else 0 :]), nouvelle=marque)


def libelle(code: str) -> str | None:
    """Return the official label of a code, None when unknown or unlabelled."""
    return naf.libelle(_nu(code), nomenclature(code))


def en_clair(code: str) -> str:
    """Return a code with its label; names the nomenclature when the level exists in both."""
    lu = f"{_nu(code)} ({NOMS[naf.NAF_2025]})" if code.startswith(MARQUE) else code
    trouve = libelle(code)
    return f"{lu} – {trouve}" if trouve else lu


@lru_cache(maxsize=CODES_GARDES)
def ancetres(code: str) -> tuple[str, ...]:
    """Return the codes from the section down to this one; empty when unknown."""
    lue = nomenclature(code)
    return tuple(_ecrire(c, nouvelle=lue == naf.NAF_2025) for c in naf.ancetres(_nu(code), lue))


def enfants(code: str) -> tuple[str, ...]:
    lue = nomenclature(code)
    return tuple(_ecrire(c, nouvelle=lue == naf.NAF_2025) for c in naf.enfants(_nu(code), lue))


@lru_cache(maxsize=CODES_GARDES)
def sous_classes(code: str) -> tuple[str, ...]:
    """Return the sub-classes of a level; the code itself if it is one."""
    dedans = enfants(code)
    return tuple(c for enfant in dedans for c in sous_classes(enfant)) if dedans else (code,)


def sections(de: str = naf.NAF_REV_2) -> tuple[str, ...]:
    """Return the sections of a nomenclature, in official order."""
    return tuple(_ecrire(c, nouvelle=de == naf.NAF_2025) for c in naf.enfants(nomenclature=de))


def est_une_section(code: str) -> bool:
    return len(_nu(code)) == 1


def sections_de_tete(nombres: Mapping[str, int]) -> Sequence[str]:
    """Return the sections of the nomenclature used by most units, NAF rév. 2 when equal. ``nombres``: units by code.

    Files give the new code beside the old one, then instead of it.
    """
    portes = {de: sum(nombres.get(code, 0) for code in sections(de)) for de in NOMS}
    return sections(max(NOMS, key=lambda de: portes[de]))


@lru_cache(maxsize=20_000)
def codes_de(code: str | None, de: str | None, naf25: str | None) -> Codes:
    """Return the codes of a unit: sections (counted) and sub-classes; for an abolished nomenclature, the code alone.

    ``de``: nomenclature of ``code``, as named in the file.
    """
    comptes: list[str] = []
    niveaux: list[str] = []
    for propre, sienne in ((code, de or naf.NAF_REV_2), (naf25, naf.NAF_2025)):
        if propre:
            niveaux.append(DEBUT + propre)
            nouvelle = naf.canonique(sienne) == naf.NAF_2025
            if nouvelle or sienne == naf.NAF_REV_2:
                haut = naf.ancetres(propre, sienne)[:1]
                comptes += [DEBUT + _ecrire(section, nouvelle=nouvelle) for section in haut]
    return Codes(tuple(dict.fromkeys(comptes)), " ".join(dict.fromkeys(niveaux)))


def chercher(texte: str, limite: int, tete: str = naf.NAF_REV_2) -> list[Libelle]:
    """Find activities of both nomenclatures by words or code, those of ``tete`` first."""
    trouves: list[Libelle] = []
    for de in sorted(NOMS, key=lambda n: n != tete):
        if len(trouves) >= limite:
            break
        nouvelle = de == naf.NAF_2025
        trouves += [Libelle(_ecrire(x.code, nouvelle=nouvelle), x.libelle) for x in naf.chercher(texte, limite, de)]
    return trouves[:limite]


def _nu(code: str) -> str:
    return code.removeprefix(MARQUE)


def _ecrire(code: str, *, nouvelle: bool) -> str:
    return f"{MARQUE}{code}" if nouvelle and len(code) != _SOUS_CLASSE else code
