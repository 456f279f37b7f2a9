"""Head-count of the latest month and its trend."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import mois as en_lettres, nombre
from fce.sources.presentation import FaitAlarmant, Ligne

MINIMUM, BAISSE = 10, 0.20


def par_mois(lignes: Sequence[Ligne]) -> dict[date, int]:
    """{month: head-count} over all establishments; rows without total are ignored, not counted as 0."""
    totaux: dict[date, int] = {}
    for ligne in lignes:
        if ligne["total"] is not None:
            totaux[ligne["mois"]] = totaux.get(ligne["mois"], 0) + ligne["total"]
    return totaux


def baisse(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    """The head-count fell by a fifth or more over twelve months, from ten people or more."""
    phrase = perte(lignes, aujourd_hui)
    return [FaitAlarmant(phrase, max(par_mois(lignes)))] if phrase else []


def perte(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "Effectif en baisse de 25 % en 12 mois : de 128 à 96", or None."""
    totaux = par_mois(lignes)
    dernier = max(totaux, default=None)
    avant = totaux.get(date(dernier.year - 1, dernier.month, 1)) if dernier else None
    if not dernier or not avant or avant < MINIMUM or totaux[dernier] > avant * (1 - BAISSE):
        return None
    part = round(100 * (avant - totaux[dernier]) / avant)
    return f"Effectif en baisse de {nombre(part)} % en 12 mois : de {nombre(avant)} à {nombre(totaux[dernier])}"


def effectif(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "128 en avril 2026 (↘ −20 % sur 12 mois)"; without trend when the same month of the year before is unknown or
    0."""
    totaux = par_mois(lignes)
    if not totaux:
        return None
    dernier = max(totaux)
    texte = f"{nombre(totaux[dernier])} en {en_lettres(dernier)}"
    avant = totaux.get(date(dernier.year - 1, dernier.month, 1))
    if not avant:
        return texte
    part = round(100 * (totaux[dernier] - avant) / avant)
    fleche = "↗ +" if part > 0 else "↘ −" if part < 0 else "→ "
    return f"{texte} ({fleche}{nombre(abs(part))} % sur 12 mois)"
