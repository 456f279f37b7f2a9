"""A place as a filter shows it, with a sentence that distinguishes homonyms."""

from dataclasses import dataclass

from fce.referentiels.territoires.decoupage import (
    Commune,
    Genre,
    commune,
    departement,
    epci_connus,
    region_du_departement,
)

NATURES_EPCI = {
    "CC": "Communauté de communes",
    "CA": "Communauté d’agglomération",
    "CU": "Communauté urbaine",
    "METRO": "Métropole",
    "MET69": "Métropole",
}
_PASSES = {
    "deleguee": "Commune déléguée",
    "associee": "Commune associée",
    "ancienne": "Ancienne commune",
}


@dataclass(frozen=True, slots=True)
class Lieu:
    """``genre`` and ``code`` go in the query; ``nom`` and ``precision`` are displayed."""

    genre: Genre
    code: str
    nom: str
    precision: str


def est_collectivite(code: str) -> bool:
    """True for an overseas collectivité (``975`` … ``989``), which the COG lists both as département and région."""
    return len(code) == 3 and code not in ("971", "972", "973", "974", "976")


def _outre_mer(code: str) -> str | None:
    return f"Collectivité d’outre-mer {code}" if est_collectivite(code) else None


def lieu_region(code: str, nom: str) -> Lieu:
    return Lieu("region", code, nom, _outre_mer(code) or f"Région {code}")


def lieu_departement(code: str, nom: str) -> Lieu:
    region = region_du_departement(code)
    # Do not repeat a région named like the département (La Réunion).
    suite = f" – {region.libelle}" if region and region.libelle != nom else ""
    return Lieu("departement", code, nom, _outre_mer(code) or f"Département {code}{suite}")


def lieu_epci(code: str, nom: str) -> Lieu:
    """Raises KeyError when the EPCI does not exist this year."""
    return Lieu("epci", code, nom, NATURES_EPCI[epci_connus()[code][1]])


def lieu_commune(c: Commune) -> Lieu:
    """A former commune keeps its own name but filters on the current commune."""
    dep = departement(c.departement)
    suite = f"{dep.libelle} ({dep.code})" if dep else c.departement
    if c.type == "arrondissement":
        return Lieu("commune", c.code, c.nom, f"Arrondissement – {suite}")
    if c.type in _PASSES and (aujourdhui := commune(c.actuelle)):
        return Lieu("commune", c.actuelle, c.nom, f"{_PASSES[c.type]}, aujourd’hui {aujourdhui.nom} – {suite}")
    return Lieu("commune", c.code, c.nom, f"Commune – {suite}")
