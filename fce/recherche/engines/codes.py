"""Codes, places and address words, cached: few distinct combinations serve tens of millions of rows.

Codes are prefixed by kind: ``r:32`` région, ``d:59`` département, ``e:…`` EPCI, ``c:59350`` commune, ``p:59000`` postal
code (``s`` before for the siège only, ``n`` for the company's other establishments), ``n:J`` ``n:2025-J`` ``n:62.01Z``
NAF, ``w:W…`` RNA, ``etat:C``; the others are those of ``filtres``. Codes with few values are counted (facets); the
others only filter.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from fce.recherche.engines.analyse import racine, racines, racines_seules
from fce.recherche.engines.voies import EQUIVALENTS, REPETITIONS, TYPES_VOIE
from fce.referentiels import activites, territoires
from fce.referentiels.territoires.decoupage import lignes_communes, region_du_departement
from fce.referentiels.territoires.postaux import codes_postaux
from fce.socle.texte.pliage import plier

_NUMERO_COLLE = re.compile(r"(\d+)\s*([A-Za-z]+)")
_CODE_COLLE = re.compile(r"(?<!\w)(\d{5})([^\W\d_]{2,})")
_EQUIVALENTS = {racine(mot): tuple(map(racine, autres)) for mot, autres in EQUIVALENTS.items()}
_MARQUES = REPETITIONS | {mot.upper(): marque for marque, mot in REPETITIONS.items()}
ACTIVITES = "n:"
"""Prefix of activity codes in the index."""


class Codes(NamedTuple):
    """``comptes``: counted; ``filtres``: filter only, separated by spaces."""

    comptes: tuple[str, ...]
    filtres: str


class Place(NamedTuple):
    """Codes of a unit's place (as ``Codes``).

    ``mots``: words of the place, separated by spaces; ``rang``: alphabetical rank of the commune, None when unknown.
    """

    comptes: tuple[str, ...]
    filtres: str
    mots: str
    rang: int | None


@lru_cache(maxsize=1)
def _rangs_communes() -> dict[str, int]:
    noms = sorted((plier(ligne.split(";", 2)[1]), ligne[:5]) for ligne in lignes_communes())
    rangs: dict[str, int] = {}
    for rang, (_, code) in enumerate(noms):
        rangs.setdefault(code, rang)
    return rangs


def place(commune: str | None, code_postal: str | None, code_commune: str | None) -> Place:
    """Return the place of these labels and codes; a former commune also counts as today's."""
    comptes: tuple[str, ...] = ()
    filtres: list[str] = []
    mots = [*racines(commune or ""), *racines(code_postal or "")]
    if code_commune:
        connue = territoires.commune(code_commune)
        actuelle = connue.actuelle if connue else code_commune
        if departement := territoires.departement_de(actuelle):
            comptes, autour = _du_departement(departement.code)
            mots += autour
        if epci := territoires.epci_de(actuelle):
            filtres.append("e:" + epci.code)
        filtres += dict.fromkeys(("c:" + code_commune, "c:" + actuelle))
    if code_postal:
        filtres.append("p:" + code_postal)
    rang = _rangs_communes().get(code_commune) if code_commune else None
    return Place(comptes, " ".join(filtres), " ".join(dict.fromkeys(mots)), rang)


@lru_cache(maxsize=20_000)
def codes_d_activite(code: str | None, naf25: str | None) -> Codes:
    """Return the codes of a unit: sections (counted) and sub-classes; for an abolished nomenclature, the code alone."""
    portes = [*dict.fromkeys(filter(None, (code, naf25)))]
    sections = [activites.section_de()[porte] for porte in portes if porte in activites.section_de()]
    return Codes(
        tuple(ACTIVITES + section for section in dict.fromkeys(sections)),
        " ".join(ACTIVITES + porte for porte in portes),
    )


@lru_cache(maxsize=256)
def _du_departement(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of a département and its région; words of its number and of both names."""
    departement, region = territoires.departement(code), region_du_departement(code)
    comptes = [f"r:{region.code}"] if region else []
    textes = [code, departement.libelle if departement else "", region.libelle if region else ""]
    return (*comptes, f"d:{code}"), tuple([mot for texte in textes for mot in racines(texte or "")])


def avec_equivalents(mots: Iterable[str]) -> dict[str, None]:
    """Add to an address's words those that may be typed instead: « place », « pl »."""
    siens = dict.fromkeys(mots)
    return siens | dict.fromkeys([autre for mot in siens if mot in _EQUIVALENTS for autre in _EQUIVALENTS[mot]])


@lru_cache(maxsize=200_000)
def mots_de_voie(type_voie: str | None, libelle: str | None) -> tuple[str, ...]:
    """Return the words of a street as printed (« R A BRIAND »), with its kind in full and equivalents."""
    if not type_voie:
        return tuple(avec_equivalents(racines(libelle or "")))
    debut, entier = _mots_du_type(type_voie)
    siens = racines_seules(libelle or "") if debut is not None else None
    if debut is not None and siens is not None:  # nearly all of them
        return tuple(avec_equivalents((*debut, *siens, *entier)))
    return tuple(avec_equivalents([*racines(f"{type_voie} {libelle or ''}"), *entier, *racines(libelle or "")]))


@lru_cache(maxsize=1_000)
def _mots_du_type(type_voie: str) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Words of a kind of street as written (None when they depend on the name), and in full."""
    ecrits = racines_seules(type_voie)
    return None if ecrits is None else tuple(ecrits), tuple(racines(TYPES_VOIE.get(type_voie, "")))


def mots_de_numero(numero: str | None, indice: str | None) -> tuple[str, ...]:
    """Return the words of a street number: « 12 B » is also typed « 12 bis », « 12b », « 12bis »."""
    if not indice and numero and (colle := _NUMERO_COLLE.fullmatch(numero)):
        numero, indice = colle.groups()
    marques = (indice, _MARQUES.get(indice.upper())) if indice else ()
    textes = [numero, *(t for marque in marques if marque for t in (marque, f"{numero or ''}{marque}"))]
    return tuple(dict.fromkeys(mot for texte in textes if texte for mot in racines(texte)))


def separer_code_postal(texte: str) -> str:
    """Separate a postal code from a town of that code: « 28110LUCE » → « 28110 LUCE »."""
    return _CODE_COLLE.sub(lambda m: f"{m[1]} {m[2]}" if _dessert(m[1], m[2]) else m[0], texte)


def _dessert(code_postal: str, debut: str) -> bool:
    connu = codes_postaux().get(code_postal)
    communes = (territoires.commune(code) for code in connu.communes) if connu else ()
    return any(c is not None and plier(c.nom).replace(" ", "").startswith(plier(debut)) for c in communes)
