"""Kinds of structures of integration through economic activity."""

MESURES = {
    "ACI": "Atelier et chantier d'insertion",
    "AI": "Association intermédiaire",
    "EA": "Entreprise adaptée",
    "EI": "Entreprise d'insertion",
    "EITI": "Entreprise d'insertion par le travail indépendant",
    "ETTI": "Entreprise de travail temporaire d'insertion",
}


def libelle(mesure: str) -> str | None:
    """Name of a kind of structure ("ACI" → "Atelier et chantier d'insertion"), None when unknown."""
    return MESURES.get(mesure)
