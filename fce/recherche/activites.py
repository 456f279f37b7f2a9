"""Codes of activities of both nomenclatures, as addresses write them: NAF rév. 2, and NAF 2025 that replaces it.

No sub-class is in both: « 62.01Z », « 10.71H » say enough. Their upper levels are written alike and are not the same:
those of the NAF 2025 come after ``MARQUE`` (« 2025-J », « 2025-62 »), so that a saved address keeps its meaning.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from fce.recherche.codes import Codes
from fce.referentiels import naf
from fce.referentiels.libelle import Libelle

MARQUE = "2025-"
DEBUT = "n:"
"""What the codes of activities begin with in the index."""
CODES_GARDES = 4096
"""Codes whose path, or sub-classes, are kept: more than both nomenclatures have, so what people type pushes few out."""
NOMS = {naf.NAF_REV_2: "NAF rév. 2", naf.NAF_2025: "NAF 2025"}
_SOUS_CLASSE = len("62.01Z")


def nomenclature(code: str) -> str:
    """Return the nomenclature that a code is read in."""
    if code.startswith(MARQUE):
        return naf.NAF_2025
    nouvelle = len(code) == _SOUS_CLASSE and not naf.ancetres(code) and naf.ancetres(code, naf.NAF_2025)
    return naf.NAF_2025 if nouvelle else naf.NAF_REV_2


def normaliser(texte: str) -> str:
    """Return the one spelling of a code: « 2025-1071h » is « 10.71H », « 2025-j » is « 2025-J »."""
    marque = texte.strip().upper().startswith(MARQUE)
    return _ecrire(naf.normaliser(texte.strip()[len(MARQUE) if marque else 0 :]), nouvelle=marque)


def libelle(code: str) -> str | None:
    """Return the official label of a code, None for one that its nomenclature has not, or does not label."""
    return naf.libelle(_nu(code), nomenclature(code))


def en_clair(code: str) -> str:
    """Return a code as it is read, its label beside; that of a level which both nomenclatures have says which one."""
    lu = f"{_nu(code)} ({NOMS[naf.NAF_2025]})" if code.startswith(MARQUE) else code
    trouve = libelle(code)
    return f"{lu} – {trouve}" if trouve else lu


@lru_cache(maxsize=CODES_GARDES)
def ancetres(code: str) -> tuple[str, ...]:
    """Return the path from the section down to a code itself, in its nomenclature; empty for an unknown one."""
    lue = nomenclature(code)
    return tuple(_ecrire(c, nouvelle=lue == naf.NAF_2025) for c in naf.ancetres(_nu(code), lue))


def enfants(code: str) -> tuple[str, ...]:
    """Return what is one level below a code."""
    lue = nomenclature(code)
    return tuple(_ecrire(c, nouvelle=lue == naf.NAF_2025) for c in naf.enfants(_nu(code), lue))


@lru_cache(maxsize=CODES_GARDES)
def sous_classes(code: str) -> tuple[str, ...]:
    """Return the sub-classes of a level; the code itself when it is one."""
    dedans = enfants(code)
    return tuple(c for enfant in dedans for c in sous_classes(enfant)) if dedans else (code,)


@lru_cache(maxsize=2)
def sections(de: str = naf.NAF_REV_2) -> tuple[str, ...]:
    """Return the sections of a nomenclature, in the official order."""
    return tuple(_ecrire(c, nouvelle=de == naf.NAF_2025) for c in naf.enfants(nomenclature=de))


def est_une_section(code: str) -> bool:
    """Tell whether a code is one of the highest level."""
    return len(_nu(code)) == 1


def sections_de_tete(nombres: Mapping[str, int]) -> Sequence[str]:
    """Return the sections of the nomenclature that most of some units bear, the NAF rév. 2 when both are borne alike.

    ``nombres``: units by code. A file gives the new code beside the old one, then in its place.
    """
    portes = {de: sum(nombres.get(code, 0) for code in sections(de)) for de in NOMS}
    return sections(max(NOMS, key=lambda de: portes[de]))


@lru_cache(maxsize=20_000)
def codes_de(code: str | None, de: str | None, naf25: str | None) -> Codes:
    """Return the codes that a unit bears: sections, counted, and sub-classes; the code alone of a closed nomenclature.

    ``de``: nomenclature of ``code``, as the file names it.
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
    """Find activities of both nomenclatures by words or code, those of the one that leads (``tete``) first."""
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
