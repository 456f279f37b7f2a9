"""Alim'confiance: csv (UTF-8, semicolons) with dates that include a time and a zone."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from fce.socle.texte import paris
from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.declaration import LigneBrute

GARDEES = [
    "SIRET",
    "Numero_inspection",
    "Date_inspection",
    "APP_Libelle_activite_etablissement",
    "Synthese_eval_sanit",
    "APP_Code_synthese_eval_sanit",
    "Agrement",
]
"""Minimisation: Sirene gives the sign, address and coordinates."""


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """One row per inspection and activity. Raises ImportRefuse when a column is missing."""
    for numero, valeurs in lignes_csv(chemin, GARDEES):
        date = valeurs.get("Date_inspection")
        yield numero, {**{c: valeurs.get(c) for c in GARDEES}, "Date_inspection": jour_local(date)}


def jour_local(valeur: str | None) -> str | None:
    """Day in Paris of "2026-03-09T23:00:00+00:00" (the 10th); other texts unchanged, for the checks to reject."""
    if not valeur or "T" not in valeur:
        return valeur
    try:
        instant = datetime.fromisoformat(valeur)
    except ValueError:
        return valeur
    return paris.jour_ecrit(instant).isoformat()
