"""Local authorities, from the consolidated accounts: the names of some columns carry the year of the geography."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.lot import Illisible
from fce.sources.lecture.refus import refus

COLONNES = ("Exercice", "Catégorie", "Code Siren Collectivité", "Libellé Budget")
REGION = "Code Insee Région"
"""In the files of every level; without it a région would pass for an authority of no level."""
NIVEAUX = {"Commune": "commune", "DEPT": "departement", "REG": "region"}
"""Level of the categories whose authorities have a code."""
ANNEE = re.compile(r"^(Code Insee|Nom|Code Siren) [0-9]{4} ")


def sans_annee(ligne: Mapping[str, str | None]) -> dict[str, str | None]:
    """Row whose columns have lost their year: "Code Insee 2024 Région" → "Code Insee Région"."""
    return {ANNEE.sub(r"\1 ", nom): valeur for nom, valeur in ligne.items()}


def niveau(ligne: Mapping[str, str | None]) -> tuple[str, str | None]:
    """(level, code) of an authority: the narrowest geographic code it has; a group of communes has its SIREN only."""
    for nom, colonne in (
        ("commune", "Code Insee Commune"),
        ("commune", "Code Insee Collectivité"),
        ("epci", "Code Siren EPCI"),
        ("departement", "Code Insee Département"),
        ("region", "Code Insee Région"),
    ):
        if ligne.get(colonne):
            return nom, ligne[colonne]
    return "autre", None


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Rows with their level and code, whatever the year of the geography."""
    for numero, brute in lignes_csv(chemin, COLONNES):
        ligne = sans_annee(brute)
        if brute and REGION not in ligne:
            raise refus(chemin, "colonnes", f"colonnes manquantes : {REGION} (avec ou sans son année).", ligne=1)
        genre, code = niveau(ligne)
        categorie = (ligne.get("Catégorie") or "").strip()
        if genre != NIVEAUX.get(categorie, genre):
            # Its own code is missing: a département would pass for its région.
            code = Illisible("", f"code officiel absent, alors que la catégorie est « {categorie} »")
        yield numero, {**ligne, "niveau": genre, "code": code}
