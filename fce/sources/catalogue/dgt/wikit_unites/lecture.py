"""Directory of control units: a JSON object whose ``UC`` is the list of units."""

import json
from collections.abc import Iterator
from pathlib import Path

from fce.sources.declaration import LigneBrute
from fce.sources.lecture.refus import refus

COLONNES = ("SIRET", "CODE_UC", "LIB_UC", "Courrier électronique")


def unites(chemin: Path) -> Iterator[LigneBrute]:
    """One row per unit and establishment; the line number is the rank from 1. Raises ImportRefuse."""
    try:
        contenu = json.loads(chemin.read_text(encoding="utf-8-sig"))
    except ValueError as erreur:
        raise refus(chemin, "json", "ce n'est pas un fichier json lisible en UTF-8.") from erreur
    liste = contenu.get("UC") if isinstance(contenu, dict) else None
    if not isinstance(liste, list):
        raise refus(chemin, "json", "la liste « UC » est absente.")
    for rang, unite in enumerate(liste, start=1):
        if not isinstance(unite, dict):
            raise refus(chemin, "json", f"l'élément {rang} de la liste « UC » n'est pas un objet.", ligne=rang)
        yield rang, {nom: None if unite[nom] is None else str(unite[nom]) for nom in COLONNES if nom in unite}
