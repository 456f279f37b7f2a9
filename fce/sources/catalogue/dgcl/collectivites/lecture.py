"""Local authorities, from the consolidated accounts: the names of some columns carry the year of the geography."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.declaration import LigneBrute

COLONNES = ("Exercice", "Catégorie", "Code Siren Collectivité", "Libellé Budget")
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
        genre, code = niveau(ligne)
        yield numero, {**ligne, "niveau": genre, "code": code}
