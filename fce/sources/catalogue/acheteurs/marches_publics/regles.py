"""Duration of a contract in words; version to show."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import pluriel
from fce.sources.presentation import Ligne


def duree(mois: str | int | None) -> str | None:
    """ "x ans y mois" from a number of months (30 → "2 ans 6 mois"); None when missing, zero or not a number."""
    texte = str(mois if mois is not None else "").strip()
    if not texte.isascii() or not texte.isdigit() or int(texte) == 0:
        return None
    annees, reste = divmod(int(texte), 12)
    morceaux = [pluriel(annees, "an")] if annees else []
    if reste:
        morceaux.append(f"{reste} mois")
    return " ".join(morceaux)


def versions_en_vigueur(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    """One row per contract and holder: the version marked current, else the latest modification."""
    derniers: dict[tuple[str, str], Ligne] = {}
    for ligne in lignes:
        cle = (ligne["uid"], ligne["titulaire"])
        autre = derniers.get(cle)
        if autre is None or _rang(ligne) > _rang(autre):
            derniers[cle] = ligne
    # Keep a contract now held by another company, as awarded: only the versions that name this company are known here.
    return list(derniers.values())


def _rang(ligne: Ligne) -> tuple[bool, int]:
    return bool(ligne["donnees_actuelles"]), ligne["modification"] or 0
