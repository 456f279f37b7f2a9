"""Labels of official codes for the fields of data sets: functions code → label or None."""

from fce.referentiels import activites, categories_juridiques, territoires


def activite(code: str) -> str | None:
    """Activity (NAF rév. 2 or 2025) of any level and spelling ("6201Z", "62.01Z", "C")."""
    return activites.libelle(activites.normaliser(code))


def categorie_juridique(code: str) -> str | None:
    return categories_juridiques.libelle(code)


def departement(code: str) -> str | None:
    """Also accepts three digits ("059")."""
    trouve = territoires.departement(code[1:] if len(code) == 3 and code.startswith("0") else code.zfill(2))
    return trouve.libelle if trouve else None


def departement_du_lieu(code: str) -> str | None:
    if len(code) != 5:
        return departement(code)
    if code.startswith("20"):
        return "Corse"
    return departement(code[:3] if code.startswith(("97", "98")) else code[:2])


def region(code: str) -> str | None:
    trouve = territoires.region(code)
    return trouve.libelle if trouve else None
