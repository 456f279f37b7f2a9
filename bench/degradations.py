"""Names as people write them: what a spreadsheet keeps of the names of Sirene. Knows nothing of the matcher.

Every draw comes from the ``Random`` given, so that a printed seed gives the same rows again.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple

FORMES = ("SARL", "SAS", "SASU", "EURL", "SCI", "SA", "SNC", "EARL", "GAEC", "SELARL", "ASSOCIATION", "SOCIETE")
AJOUTEES = {"54": "SARL", "57": "SAS", "65": "SCI", "92": "Association", "55": "SA", "56": "SA"}
"""First digits of a catégorie juridique, and the legal form that people add before the name."""
ABREGES = {
    "SOCIETE": "STE", "ETABLISSEMENTS": "ETS", "ETABLISSEMENT": "ETS", "COMPAGNIE": "CIE", "SAINT": "ST",
    "SAINTE": "STE", "ASSOCIATION": "ASSO", "ET": "&", "FRANCE": "FR", "DEVELOPPEMENT": "DEV", "INTERNATIONAL": "INTL",
}  # fmt: skip
ACCENTS = {
    "SOCIETE": "Société", "CREATION": "Création", "ELECTRICITE": "Électricité", "BATIMENT": "Bâtiment",
    "GENERALE": "Générale", "TELE": "Télé", "CAFE": "Café", "BEAUTE": "Beauté", "COMITE": "Comité", "FETES": "Fêtes",
    "ETUDES": "Études", "THEATRE": "Théâtre", "RENOVATION": "Rénovation", "MENUISERIE": "Menuiserie",
}  # fmt: skip
LONGUEUR_DE_CELLULE = 30
"""Where old accounting programs cut a name."""


class Ligne(NamedTuple):
    """A row of a table: a name, and what it says of the place."""

    nom: str
    code_postal: str = ""
    commune: str = ""


def sans_forme(nom: str, alea: Random) -> str:
    mots = nom.split()
    gardes = [m for m in mots if m.strip(".") not in FORMES]
    return " ".join(gardes) if gardes else nom


def abreger(nom: str, alea: Random) -> str:
    return " ".join(ABREGES.get(m, m) for m in nom.split())


def accentuer(nom: str, alea: Random) -> str:
    """Lower case with capitals, and the accents that Sirene drops."""
    return " ".join(ACCENTS.get(m, m.capitalize()) for m in nom.split())


def minuscules(nom: str, alea: Random) -> str:
    return nom.lower()


def changer_l_ordre(nom: str, alea: Random) -> str:
    """Put the first word last, as in an alphabetical register: « DUPONT (GARAGE) »."""
    mots = nom.split()
    return " ".join([*mots[1:], mots[0]]) if 2 <= len(mots) <= 4 else nom


def fauter(nom: str, alea: Random) -> str:
    """One typo in one word of five letters or more: a letter dropped, doubled, changed, or swapped with the next."""
    mots = nom.split()
    longs = [i for i, m in enumerate(mots) if len(m) >= 5 and m.isalpha()]
    if not longs:
        return nom
    choisi = alea.choice(longs)
    mot = mots[choisi]
    ou = alea.randrange(1, len(mot) - 1)
    lettre = alea.choice("AEIOUTRSNLMP")
    mots[choisi] = alea.choice(
        (
            mot[:ou] + mot[ou + 1 :],
            mot[:ou] + mot[ou] + mot[ou:],
            mot[:ou] + lettre + mot[ou + 1 :],
            mot[:ou] + mot[ou + 1] + mot[ou] + mot[ou + 2 :],
        )
    )
    return " ".join(mots)


def ponctuer(nom: str, alea: Random) -> str:
    """Hyphens, apostrophes and dots written otherwise."""
    nom = nom.replace("'", alea.choice(("’", " ", "' "))).replace("-", " ") if "'" in nom or "-" in nom else nom
    if nom.isalpha() and len(nom) <= 4:
        return ".".join(nom) + "."
    return nom if len(nom.split()) < 2 or alea.random() < 0.5 else nom.replace(" ", "-", 1)


def couper(nom: str, alea: Random) -> str:
    return nom[:LONGUEUR_DE_CELLULE].rstrip()


Degrader = Callable[[str, Random], str]
DU_NOM: Mapping[str, Degrader] = {
    "sans forme": sans_forme, "abrégé": abreger, "accents": accentuer, "minuscules": minuscules,
    "ordre": changer_l_ordre, "faute": fauter, "ponctuation": ponctuer, "coupé": couper,
}  # fmt: skip


def nom_degrade(nom: str, categorie: str, alea: Random) -> tuple[str, str]:
    """Return a legal name with one or two degradations, and their names."""
    faites = alea.sample([*DU_NOM], k=alea.choice((1, 1, 2)))
    for quoi in DU_NOM:  # always in this order: the abbreviations know capitals only
        if quoi in faites and quoi not in ("accents", "minuscules"):
            nom = DU_NOM[quoi](nom, alea)
    if alea.random() < 0.15 and (forme := AJOUTEES.get(categorie[:2])):
        nom = f"{forme} {nom}" if alea.random() < 0.6 else f"{nom} ({forme})"
    for quoi in ("accents", "minuscules"):
        if quoi in faites:
            nom = DU_NOM[quoi](nom, alea)
    return nom, " + ".join(sorted(faites))


def enseigne_degradee(nom: str, commune: str, alea: Random) -> str:
    """Return a trade name as people type it: case, articles, the town after it, sometimes a typo."""
    tirage = alea.random()
    if tirage < 0.2:
        nom = fauter(nom, alea)
    elif tirage < 0.35:
        nom = f"{nom} {commune}"
    elif tirage < 0.5:
        nom = ponctuer(nom, alea)
    return alea.choice((str, str.lower, str.title))(nom)


def lieu_degrade(
    code_postal: str, commune: str, voisins: Sequence[str], anciennes: Sequence[str], alea: Random
) -> tuple[str, str, str]:
    """Return (postal code, commune, what was done to the place).

    ``voisins``: postal codes near this one; ``anciennes``: names of former communes now in this one.
    """
    tirage = alea.random()
    if tirage < 0.15 and voisins:
        return alea.choice(voisins), "", "code postal voisin"
    if tirage < 0.30 and anciennes:
        return code_postal, alea.choice(anciennes), "ancienne commune"
    if tirage < 0.40:
        return "", commune.title(), "commune seule"
    if tirage < 0.50:
        return "", "", "sans lieu"
    return code_postal, commune if alea.random() < 0.5 else "", "lieu exact"
