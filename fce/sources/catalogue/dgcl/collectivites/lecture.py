"""Local authorities, from their consolidated accounts; some column names include the year of the geography."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.lot import Illisible
from fce.sources.lecture.refus import refus

COLONNES = ("Exercice", "Catégorie", "Code Siren Collectivité", "Libellé Budget")
REGION = "Code Insee Région"
"""Required in the files of every level: without this column, a région would have no level."""
NIVEAUX = {"Commune": "commune", "DEPT": "departement", "REG": "region"}
ANNEE = re.compile(r"^(Code Insee|Nom|Code Siren) [0-9]{4} ")


def sans_annee(ligne: Mapping[str, str | None]) -> dict[str, str | None]:
    """Remove the year from column names: "Code Insee 2024 Région" → "Code Insee Région"."""
    return {ANNEE.sub(r"\1 ", nom): valeur for nom, valeur in ligne.items()}


def niveau(ligne: Mapping[str, str | None]) -> tuple[str, str | None]:
    """(level, code) of an authority: its narrowest geographic code; a group of communes only has its SIREN."""
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
    for numero, brute in lignes_csv(chemin, COLONNES):
        ligne = sans_annee(brute)
        if brute and REGION not in ligne:
            raise refus(chemin, "colonnes", f"colonnes manquantes : {REGION} (avec ou sans son année).", ligne=1)
        genre, code = niveau(ligne)
        categorie = (ligne.get("Catégorie") or "").strip()
        if genre != NIVEAUX.get(categorie, genre):
            # Its own code is missing: do not take a département for its région.
            code = Illisible("", f"code officiel absent, alors que la catégorie est « {categorie} »")
        yield numero, {**ligne, "niveau": genre, "code": code}
