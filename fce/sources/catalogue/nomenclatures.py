"""Labels of the official codes that several data sets use, in the form that a field takes: code → label or None."""

from fce.referentiels import categories_juridiques, naf, territoires


def activite(code: str) -> str | None:
    """Label of an activity (NAF rév. 2), of any level and spelling ("6201Z", "62.01Z", "C")."""
    return naf.libelle(code) or naf.libelle_2025(code)


def categorie_juridique(code: str) -> str | None:
    """Label of a catégorie juridique of INSEE."""
    return categories_juridiques.libelle(code)


def departement(code: str) -> str | None:
    """Name of a département, also written on three digits ("059")."""
    trouve = territoires.departement(code[1:] if len(code) == 3 and code.startswith("0") else code.zfill(2))
    return trouve.libelle if trouve else None


def departement_du_lieu(code: str) -> str | None:
    """Name of the département of a place whose code is that of a département, of a commune or of the post."""
    if len(code) != 5:
        return departement(code)
    if code.startswith("20"):
        return "Corse"
    return departement(code[:3] if code.startswith(("97", "98")) else code[:2])


def region(code: str) -> str | None:
    """Name of a région of today."""
    trouve = territoires.region(code)
    return trouve.libelle if trouve else None
