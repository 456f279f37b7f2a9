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
    return MESURES.get(mesure)
