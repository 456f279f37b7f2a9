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
from fce.referentiels.territoires.decoupage import centres

REGIONS = ("01", "02", "03", "04", "06", "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94")
"""Régions with a known projection: metropolitan France and five overseas départements."""

_DECOUPEES = frozenset({"75056", "69123", "13055"})
_ARRONDISSEMENTS = {"751": 75_100, "693": 69_380, "132": 13_200}

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
    return centres() | _CENTRES_UTM


def _coordonnees(alea: random.Random, lieu: Ville) -> tuple[str, str]:
    x, y = _centres()[lieu.departement]
    portee = 3_500 if lieu.departement in _ETROITS else 18_000
    empreinte = hashlib.sha256(lieu.code.encode()).digest()
    x += (int.from_bytes(empreinte[:4]) / 2**31 - 1) * portee + alea.uniform(-400, 400)
    y += (int.from_bytes(empreinte[4:8]) / 2**31 - 1) * portee + alea.uniform(-400, 400)
    return f"{x:.2f}", f"{y:.2f}"
