"""Places with their French preposition: « à Lille », « au Havre », « dans le Nord », « en Bretagne »."""

from fce.referentiels.territoires.decoupage import commune, departement, epci, region

_DANS_LE = frozenset(
    ("14", "15", "18", "25", "29", "30", "32", "39", "45", "46", "56", "59", "62", "63", "67", "68", "69", "81", "83",
     "84", "90", "94", "95")
)  # fmt: skip
_DANS_LA = frozenset(("23", "26", "42", "50", "51", "55", "58", "72", "80", "86"))
_DANS_LES = frozenset(("04", "05", "06", "08", "13", "22", "40", "64", "65", "66", "78", "79", "88", "92", "984"))
_A = frozenset(("75", "974", "975", "976", "977", "978", "986"))
"""Départements and collectivités with « à »."""
_REGIONS = {"32": "dans les", "44": "dans le", "52": "dans les", "04": "à", "06": "à"}
_VOYELLES = "AEIÎOY"


def a_la_commune(code: str) -> str:
    """« à Lille », « au Havre », « aux Herbiers », « à La Rochelle »; with the code if unknown."""
    trouvee = commune(code)
    nom = trouvee.nom if trouvee else f"la commune {code}"
    if nom.startswith("Le "):
        return f"au {nom[3:]}"
    return f"aux {nom[4:]}" if nom.startswith("Les ") else f"à {nom}"


def dans_le_departement(code: str) -> str:
    """« dans le Nord », « dans l’Aisne », « dans les Landes », « en Gironde », « à Paris »."""
    trouve = departement(code)
    nom = (trouve.libelle if trouve else None) or f"le département {code}"
    if code in _A:
        return f"à {nom}"
    article = next((a for a, codes in (("le", _DANS_LE), ("la", _DANS_LA), ("les", _DANS_LES)) if code in codes), None)
    if article:
        return f"dans {article} {nom}"
    if trouve is None:
        return f"dans {nom}"
    # Names made of two rivers have no article: « en Eure-et-Loir ». Among names in H, only Hérault elides.
    elidee = (nom[0] in _VOYELLES or nom == "Hérault") and "-et-" not in nom
    return f"dans l’{nom}" if elidee else f"en {nom}"


def dans_la_region(code: str) -> str:
    """« dans les Hauts-de-France », « en Bretagne », « à La Réunion »."""
    trouvee = region(code)
    if trouvee is None:
        return f"dans la région {code}"
    if len(code) == 3:  # an overseas collectivité is both région and département
        return dans_le_departement(code)
    return f"{_REGIONS.get(code, 'en')} {trouvee.libelle}"


def dans(genre: str, code: str) -> str:
    """For every kind of place in a search: région, département, EPCI, commune, postal code."""
    if genre == "commune":
        return a_la_commune(code)
    if genre == "departement":
        return dans_le_departement(code)
    if genre == "region":
        return dans_la_region(code)
    trouve = epci(code) if genre == "epci" else None
    return f"dans l’intercommunalité {trouve.libelle}" if trouve else f"au code postal {code}"
