"""Gender-equality index: a score of 0 is a score; "NC" is a declaration whose score cannot be computed."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import FaitAlarmant, Ligne

SEUIL = 75
"""Below, the company must act (code du travail, art. L. 1142-9)."""


def index(ligne: Ligne) -> str:
    """ "94/100", "0/100", or "non calculable"."""
    return "non calculable" if ligne["index"] is None else f"{ligne['index']}/100"


def en_clair(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """The rows with their score in words: an empty cell would read as a missing declaration."""
    return [{**ligne, "note": index(ligne).capitalize()} for ligne in lignes]


def dernier(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "94/100 en 2026", of the latest year declared."""
    declarees = [ligne for ligne in lignes if ligne["annee"] is not None]
    if not declarees:
        return None
    recente = max(declarees, key=lambda ligne: ligne["annee"])
    return f"{index(recente)} en {recente['annee']}"


def sous_le_seuil(ligne: Ligne) -> bool:
    """Whether a declaration has a score, below the threshold."""
    return ligne["index"] is not None and ligne["index"] < SEUIL


def insuffisant(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    """The index of the latest year declared, when it is below 75."""
    recente = max((x for x in lignes if x["annee"] is not None), key=lambda x: x["annee"], default=None)
    if recente is None or recente["index"] is None or recente["index"] >= SEUIL:
        return []
    return [FaitAlarmant(f"Index égalité {recente['index']}/100", None, f"en {recente['annee']}")]


def par_annee(lignes: Sequence[Ligne], aujourd_hui: date) -> list[tuple[str, str]]:
    """The index of each year declared, the latest first."""
    declarees = sorted((x for x in lignes if x["annee"] is not None), key=lambda x: x["annee"], reverse=True)
    return [(f"Index {ligne['annee']}", index(ligne)) for ligne in declarees]


def egapro(ligne: Ligne) -> str | None:
    """Page of the declarations of that company."""
    return f"https://egapro.travail.gouv.fr/index-egapro/recherche?query={ligne['siren']}" if ligne["siren"] else None
