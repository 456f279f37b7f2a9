"""Towns and addresses: real communes and postal codes, invented streets and numbers.

Communes are drawn by population; Paris, Lyon and Marseille by arrondissement, as in Sirene. Coordinates are plausible
only: the centre of the département plus a shift that depends on the commune, in INSEE's projection (Lambert 93, or UTM
overseas). Establishments of a town are thus close to each other, in the right region.
"""

import hashlib
import random
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate

from fce.demo.noms import liste, mot, sans_accent
from fce.referentiels import territoires
from fce.referentiels.projections import METROPOLE

REGIONS = ("01", "02", "03", "04", "06", "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94")
"""Régions with a known projection: metropolitan France and five overseas départements."""

_DECOUPEES = frozenset({"75056", "69123", "13055"})
_ARRONDISSEMENTS = {"751": 75_100, "693": 69_380, "132": 13_200}

_CENTRES = """
01 5.35 46.10 02 3.55 49.55 03 3.19 46.39 04 6.24 44.10 05 6.26 44.66 06 7.12 43.94 07 4.42 44.75 08 4.64 49.62 09
1.50 42.92 10 4.16 48.30 11 2.41 43.10 12 2.68 44.28 13 5.09 43.54 14 -0.36 49.10 15 2.67 45.05 16 0.20 45.72 17 -0.67
45.78 18 2.49 47.06 19 1.88 45.36 2A 8.99 41.86 2B 9.21 42.39 21 4.77 47.42 22 -2.86 48.44 23 2.02 46.09 24 0.74 45.10
25 6.36 47.17 26 5.17 44.68 27 1.00 49.11 28 1.37 48.39 29 -4.06 48.26 30 4.18 43.99 31 1.17 43.36 32 0.45 43.69 33
-0.58 44.83 34 3.37 43.58 35 -1.64 48.15 36 1.58 46.78 37 0.69 47.26 38 5.58 45.26 39 5.70 46.73 40 -0.78 43.97 41
1.43 47.62 42 4.17 45.73 43 3.81 45.13 44 -1.68 47.36 45 2.34 47.91 46 1.60 44.62 47 0.46 44.37 48 3.50 44.52 49 -0.56
47.39 50 -1.33 49.08 51 4.24 48.95 52 5.23 48.11 53 -0.66 48.15 54 6.17 48.79 55 5.38 48.99 56 -2.81 47.85 57 6.66
49.04 58 3.50 47.12 59 3.22 50.45 60 2.43 49.41 61 0.13 48.62 62 2.29 50.49 63 3.14 45.73 64 -0.76 43.26 65 0.16 43.05
66 2.52 42.60 67 7.55 48.67 68 7.27 47.86 69 4.64 45.87 70 6.09 47.64 71 4.54 46.65 72 0.22 47.99 73 6.44 45.48 74
6.43 46.03 75 2.34 48.86 76 1.03 49.66 77 2.93 48.63 78 1.84 48.82 79 -0.32 46.56 80 2.28 49.96 81 2.17 43.79 82 1.28
44.09 83 6.24 43.46 84 5.19 44.01 85 -1.30 46.67 86 0.46 46.56 87 1.24 45.89 88 6.38 48.20 89 3.56 47.84 90 6.93 47.63
91 2.24 48.52 92 2.24 48.85 93 2.48 48.92 94 2.47 48.78 95 2.13 49.08
"""
_CENTRES_UTM = {
    "971": (655_000.0, 1_797_000.0),
    "972": (708_000.0, 1_616_000.0),
    "973": (330_000.0, 545_000.0),
    "974": (340_000.0, 7_665_000.0),
    "976": (520_000.0, 8_585_000.0),
}
_ETROITS = frozenset({"75", "90", "92", "93", "94", "971", "972", "974", "976"})

_TYPES_DE_VOIE = ("RUE", "AV", "BD", "PL", "CHE", "RTE", "IMP", "ALL", "QUAI", "CRS", "SQ", "")
_POIDS_DES_TYPES = (46, 13, 5, 4, 5, 6, 3, 4, 1, 1, 1, 11)
_VOIES = liste(
    """
    DE LA REPUBLIQUE | VICTOR HUGO | DU MOULIN | DES LILAS | JEAN JAURES | PASTEUR | DE LA GARE | DE L'EGLISE | DU
    GENERAL DE GAULLE | DES ECOLES | DE LA LIBERTE | DU 8 MAI 1945 | DU 11 NOVEMBRE | DE LA MAIRIE | DES ACACIAS |
    EMILE ZOLA | GAMBETTA | LEON BLUM | DU STADE | DES VIGNES | DE BRETAGNE | DE PARIS | DU CHATEAU | DES PRES | DE LA
    FONTAINE | NATIONALE | DU PORT | DE L'INDUSTRIE | GUSTAVE EIFFEL | DES CHAMPS | MARIE CURIE | SIMONE VEIL | DES
    TILLEULS | D'ALSACE | DE VERDUN | SAINT-MARTIN | NOTRE DAME | DU MARCHE | DES ARTISANS | DE LA PAIX
    """
)
_LIEUX_DITS = liste(
    """
    LE BOURG | LA CROIX BLANCHE | LES QUATRE CHEMINS | LE PETIT BOIS | LA GRANDE PIECE | LE MOULIN NEUF | LES HAUTES
    TERRES
    """
)
_COMPLEMENTS = liste(
    """
    BATIMENT {n} | ZI NORD | ZA DE {mot} | CENTRE COMMERCIAL {mot} | RESIDENCE {mot} | CHEZ MONSIEUR {mot} | ETAGE {n} |
    PARC D'ACTIVITES {mot}
    """
)


@dataclass(frozen=True, slots=True)
class Ville:
    code: str
    nom: str
    codes_postaux: tuple[str, ...]
    population: int
    departement: str


@dataclass(frozen=True, slots=True)
class Adresse:
    """Address cells in the layout's terms; empty for absent."""

    complement: str = ""
    numero: str = ""
    indice: str = ""
    dernier_numero: str = ""
    dernier_indice: str = ""
    type_voie: str = ""
    voie: str = ""
    code_postal: str = ""
    commune: str = ""
    commune_etranger: str = ""
    distribution: str = ""
    code_commune: str = ""
    cedex: str = ""
    libelle_cedex: str = ""
    pays: str = ""
    libelle_pays: str = ""
    identifiant: str = ""
    x: str = ""
    y: str = ""


@cache
def villes() -> tuple[Ville, ...]:
    codes = sorted({code for region in REGIONS for code in territoires.codes_communes(region, "region")})
    return tuple(v for v in map(_ville, codes) if v is not None)


def ville(code: str) -> Ville:
    """Return the town of an INSEE code. Raises ``KeyError`` when it is not a current commune."""
    trouvee = _ville(code)
    if trouvee is None:
        raise KeyError(code)
    return trouvee


def tirer(alea: random.Random, nombre: int = 1) -> list[Ville]:
    """Draw towns, weighted by population."""
    return alea.choices(villes(), cum_weights=_poids_cumules(), k=nombre)


def adresse(alea: random.Random, lieu: Ville) -> Adresse:
    """Return an invented address: street or lieu-dit, sometimes with complement, post box or CEDEX."""
    code_postal = alea.choice(lieu.codes_postaux)
    type_voie = alea.choices(_TYPES_DE_VOIE, _POIDS_DES_TYPES)[0]
    voie = alea.choice(_VOIES if type_voie else _LIEUX_DITS)
    numero = str(min(9_999, int(alea.expovariate(1 / 45)) + 1)) if type_voie and alea.random() < 0.9 else ""
    x, y = _coordonnees(alea, lieu)
    resultat = Adresse(
        numero=numero,
        type_voie=type_voie,
        voie=voie,
        code_postal=code_postal,
        commune=lieu.nom,
        code_commune=lieu.code,
        identifiant=f"{lieu.code}{alea.randrange(10_000):04d}_B",
        x=x,
        y=y,
    )
    if numero and alea.random() < 0.05:
        resultat = replace(resultat, indice=alea.choice("BTQA"))
    if numero and alea.random() < 0.02:
        resultat = replace(
            resultat, dernier_numero=str(min(9_999, int(numero) + 2)), dernier_indice=alea.choice(("", "B"))
        )
    if alea.random() < 0.15:
        complement = alea.choice(_COMPLEMENTS).format(n=alea.randint(1, 9), mot=mot(alea).upper())
        resultat = replace(resultat, complement=complement[:38])
    if lieu.population > 20_000 and alea.random() < 0.04:
        resultat = en_cedex(alea, resultat)
    return resultat


def en_cedex(alea: random.Random, base: Adresse) -> Adresse:
    """Return the address with a post box and an invented CEDEX code."""
    nom = base.commune.replace("SAINT-", "ST ").replace("SAINTE-", "STE ").replace("-", " ")
    return replace(
        base,
        distribution=f"BP {alea.randint(10, 90_999)}",
        cedex=f"{base.code_postal[:2]}{alea.randint(901, 999)}",
        libelle_cedex=f"{nom} CEDEX",
    )


def adresse_etrangere(voie: str, ville_etrangere: str, code_pays: str, pays: str) -> Adresse:
    """Return an address abroad, with INSEE's country code (99109 = Allemagne)."""
    return Adresse(voie=voie, commune_etranger=ville_etrangere, pays=code_pays, libelle_pays=pays)


@cache
def _poids_cumules() -> list[int]:
    return list(accumulate(v.population for v in villes()))


@cache
def _ville(code: str) -> Ville | None:
    commune = territoires.commune(code)
    if commune is None or code in _DECOUPEES or not commune.codes_postaux:
        return None
    base = _ARRONDISSEMENTS.get(code[:3])
    if base is None and commune.actuelle != code:
        return None
    nom = commune.nom
    if base is not None:
        # INSEE writes "PARIS 8" for "Paris 8e Arrondissement".
        nom = f"{nom.split()[0]} {int(code) - base}"
    return Ville(
        code, sans_accent(nom), tuple(sorted(commune.codes_postaux)), commune.population or 0, commune.departement
    )


@cache
def _centres() -> dict[str, tuple[float, float]]:
    mots = _CENTRES.split()
    metropole = {
        departement: METROPOLE.projeter(float(latitude), float(longitude))
        for departement, longitude, latitude in zip(mots[::3], mots[1::3], mots[2::3], strict=True)
    }
    return metropole | _CENTRES_UTM


def _coordonnees(alea: random.Random, lieu: Ville) -> tuple[str, str]:
    x, y = _centres()[lieu.departement]
    portee = 3_500 if lieu.departement in _ETROITS else 18_000
    empreinte = hashlib.sha256(lieu.code.encode()).digest()
    x += (int.from_bytes(empreinte[:4]) / 2**31 - 1) * portee + alea.uniform(-400, 400)
    y += (int.from_bytes(empreinte[4:8]) / 2**31 - 1) * portee + alea.uniform(-400, 400)
    return f"{x:.2f}", f"{y:.2f}"
