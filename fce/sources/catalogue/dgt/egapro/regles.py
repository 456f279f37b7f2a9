"""Gender-equality index. 0 is a score; "NC" means that it cannot be computed."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import FaitAlarmant, Ligne

SEUIL = 75
"""Below this, the company must act (code du travail, art. L. 1142-9)."""


def index(ligne: Ligne) -> str:
    """ "94/100", "0/100", or "non calculable"."""
    return "non calculable" if ligne["index"] is None else f"{ligne['index']}/100"


def en_clair(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """Add the score in words, because an empty cell would look like a missing declaration."""
    return [{**ligne, "note": index(ligne).capitalize()} for ligne in lignes]


def dernier(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "94/100 en 2026", for the latest declared year."""
    declarees = [ligne for ligne in lignes if ligne["annee"] is not None]
    if not declarees:
        return None
    recente = max(declarees, key=lambda ligne: ligne["annee"])
    return f"{index(recente)} en {recente['annee']}"


def sous_le_seuil(ligne: Ligne) -> bool:
    return ligne["index"] is not None and ligne["index"] < SEUIL


def insuffisant(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    recente = max((x for x in lignes if x["annee"] is not None), key=lambda x: x["annee"], default=None)
    if recente is None or recente["index"] is None or recente["index"] >= SEUIL:
        return []
    return [FaitAlarmant(f"Index égalité {recente['index']}/100", None, f"en {recente['annee']}")]


def par_annee(lignes: Sequence[Ligne], aujourd_hui: date) -> list[tuple[str, str]]:
    declarees = sorted((x for x in lignes if x["annee"] is not None), key=lambda x: x["annee"], reverse=True)
    return [(f"Index {ligne['annee']}", index(ligne)) for ligne in declarees]


def egapro(ligne: Ligne) -> str | None:
    return f"https://egapro.travail.gouv.fr/index-egapro/recherche?query={ligne['siren']}" if ligne["siren"] else None
