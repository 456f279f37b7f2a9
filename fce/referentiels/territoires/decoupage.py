"""Communes, départements, régions and EPCI, from the code officiel géographique (COG) of 2026.

Establishments keep the code valid when Insee wrote the row, so the table holds every code ever given;
``Commune.actuelle`` gives the current commune.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import dist
from typing import Literal

from fce.referentiels.libelle import Libelle
from fce.referentiels.projections import METROPOLE
from fce.referentiels.tables import lignes_brutes, lignes_de

TypeCommune = Literal["actuelle", "arrondissement", "deleguee", "associee", "ancienne"]
Genre = Literal["region", "departement", "epci", "commune", "code_postal"]


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune code and the territories of its current commune.

    ``nom``: last official name of the code itself. ``codes_postaux`` and ``population`` (inhabitants): of the current
    commune or municipal arrondissement; ``population`` is None without published census.
    """

    code: str
    nom: str
    departement: str
    region: str
    epci: str | None
    codes_postaux: tuple[str, ...]
    population: int | None
    actuelle: str
    type: TypeCommune


@lru_cache(maxsize=1)
def lignes_communes() -> tuple[str, ...]:
    """Every row, unsplit (``code;nom;type;actuelle;epci;codes_postaux;population``), current communes and
    arrondissements first.

    A code may appear twice, for a commune déléguée that shares it. Scans split the rows themselves: building 40,000
    ``Commune`` would be ten times slower and heavier.
    """
    return tuple(lignes_brutes("communes.csv.gz"))


@lru_cache(maxsize=1)
def lignes_par_code() -> dict[str, str]:
    """{code: its row, unsplit}."""
    par_code: dict[str, str] = {}
    for ligne in lignes_communes():
        # Keep the first row: a commune déléguée may share the code of its commune nouvelle, which comes first.
        par_code.setdefault(ligne[:5], ligne)
    return par_code


def anciennes() -> Iterator[tuple[str, str]]:
    """Yield (code, code of the commune that it is in now) of each former, associée or déléguée commune."""
    for ligne in lignes_par_code().values():
        code, _, nature, actuelle, *_ = ligne.split(";")
        if nature != "arrondissement" and actuelle != code:
            yield code, actuelle


@lru_cache(maxsize=1)
def _departements() -> dict[str, tuple[str, str]]:
    """{code: (name, région)}"""
    return {code: (nom, region) for code, nom, region in lignes_de("departements.csv")}


@lru_cache(maxsize=1)
def centres() -> dict[str, tuple[float, float]]:
    """{département of metropolitan France: its approximate centre, in metres}."""
    return {d: METROPOLE.projeter(float(y), float(x)) for d, x, y in lignes_de("centres.csv")}


def plus_proche(departements: Iterable[str], de: Iterable[str]) -> str:
    """The nearest of ``departements`` to any of those of ``de``; "" when distances are not known (overseas)."""
    connus = centres()
    ici = [connus[d] for d in de if d in connus]
    return min(((dist(connus[d], x), d) for d in departements if d in connus for x in ici), default=(0, ""))[1]


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    return dict(lignes_de("regions.csv"))


@lru_cache(maxsize=1)
def epci_connus() -> dict[str, tuple[str, str, int]]:
    """{SIREN of the EPCI: (name, DGCL type CC|CA|CU|METRO|MET69, inhabitants)}"""
    return {code: (nom, nature, int(population)) for code, nom, nature, population in lignes_de("epci.csv")}


def departement_par_prefixe(code: str) -> str:
    """Prefix of a commune code that names its département: ``59``, ``2A``, ``974``."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def decoder(ligne: str) -> Commune:
    code, nom, nature, actuelle, epci_, postaux, population = ligne.split(";")
    if not postaux and actuelle != code:
        postaux, population = lignes_par_code()[actuelle].split(";")[5:7]
    dep = departement_par_prefixe(actuelle)
    return Commune(
        code,
        nom,
        dep,
        _departements()[dep][1],
        epci_ or None,
        tuple(postaux.split()),
        int(population) if population else None,
        actuelle,
        nature,  # type: ignore[arg-type]
    )


@lru_cache(maxsize=16384)
def _commune(code: str) -> Commune | None:
    ligne = lignes_par_code().get(code)
    return decoder(ligne) if ligne else None


def commune(code: str | None) -> Commune | None:
    """A commune by its Insee code, including déléguée, associée, withdrawn, and municipal arrondissement."""
    return _commune(code.strip().upper()) if code else None


@lru_cache(maxsize=1)
def _codes_tries() -> list[str]:
    return sorted(lignes_par_code())


def codes_commencant_par(debut: str) -> Iterator[str]:
    codes = _codes_tries()
    for rang in range(bisect_left(codes, debut), len(codes)):
        if not codes[rang].startswith(debut):
            return
        yield codes[rang]


def departement(code: str | None) -> Libelle | None:
    """A département or collectivité (``2A``, ``974``, ``987``) by code."""
    connu = _departements().get(code.strip().upper()) if code else None
    return Libelle(code.strip().upper(), connu[0]) if code and connu else None


def region(code: str | None) -> Libelle | None:
    """A région (or the collectivité standing for one overseas) by code."""
    nom = _regions().get(code.strip()) if code else None
    return Libelle(code.strip(), nom) if code and nom else None


def epci(code: str | None) -> Libelle | None:
    """An EPCI à fiscalité propre by its SIREN."""
    connu = epci_connus().get(code.strip()) if code else None
    return Libelle(code.strip(), connu[0]) if code and connu else None


def departements() -> list[Libelle]:
    return [Libelle(code, nom) for code, (nom, _) in _departements().items()]


def regions() -> list[Libelle]:
    return [Libelle(code, nom) for code, nom in _regions().items()]


def departement_de(code_commune: str | None) -> Libelle | None:
    """Département of a commune code; a code missing from the COG is located by its prefix."""
    if not code_commune:
        return None
    connue = commune(code_commune)
    code = code_commune.strip().upper()
    if connue:
        return departement(connue.departement)
    return departement(departement_par_prefixe(code)) if len(code) == 5 else None


def region_du_departement(code: str) -> Libelle | None:
    connu = _departements().get(code)
    return region(connu[1]) if connu else None


@lru_cache(maxsize=32)
def departements_de_la_region(code: str) -> frozenset[str]:
    return frozenset(departement for departement, (_, region) in _departements().items() if region == code)


def region_de(code_commune: str | None) -> Libelle | None:
    dep = departement_de(code_commune)
    return region_du_departement(dep.code) if dep else None


def epci_de(code_commune: str | None) -> Libelle | None:
    connue = commune(code_commune)
    return epci(connue.epci) if connue else None


@lru_cache(maxsize=5)
def _codes_par(genre: Genre) -> dict[str, tuple[str, ...]]:
    codes: dict[str, list[str]] = {}
    for code, ligne in lignes_par_code().items():
        _, _, _, actuelle, epci_, postaux, _ = ligne.split(";")
        dep = departement_par_prefixe(actuelle)
        cles: Iterable[str]
        match genre:
            case "region":
                cles = (_departements()[dep][1],)
            case "departement":
                cles = (dep,)
            case "epci":
                cles = (epci_,)
            case "commune":
                cles = (actuelle,)
            case "code_postal":
                cles = (postaux or lignes_par_code()[actuelle].split(";")[5]).split()
        for cle in cles:
            codes.setdefault(cle, []).append(code)
    return {cle: tuple(valeurs) for cle, valeurs in codes.items()}


def codes_communes(code_lieu: str, genre: Genre) -> frozenset[str]:
    """All the current and former commune codes of a place; empty if unknown.

    A municipal arrondissement covers itself. A déléguée, associée or withdrawn code covers its whole current commune,
    because Insee rewrites establishments with the new code.
    """
    code = code_lieu.strip().upper()
    if genre == "commune":
        connue = commune(code)
        if connue is None or connue.type == "arrondissement":
            return frozenset({code}) if connue else frozenset()
        code = connue.actuelle
    return frozenset(_codes_par(genre).get(code, ()))


def departements_du_lieu(code_lieu: str, genre: Genre) -> frozenset[str]:
    """Codes of the départements that a place is in."""
    match genre:
        case "region":
            return departements_de_la_region(code_lieu)
        case "departement":
            return frozenset({code_lieu})
        case "code_postal":
            return frozenset({departement_par_prefixe(code_lieu)})
    return frozenset(d.code for commune in codes_communes(code_lieu, genre) if (d := departement_de(commune)))
