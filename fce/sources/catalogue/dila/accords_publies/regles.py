"""Published agreements to show, and links to their text."""

import re
from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import Ligne

SANS_FIN = 2999
"""Year that DILA writes for an agreement of indefinite duration."""


def publies(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    """Agreements that DILA has not withdrawn; an indefinite duration has no end."""
    return [
        {**x, "date_fin": None} if x["date_fin"] and x["date_fin"].year >= SANS_FIN else x
        for x in lignes
        if not x["supprime"]
    ]


def nombre(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    restent = publies(lignes, aujourd_hui)
    dates = [x["date_texte"] for x in restent if x["date_texte"]]
    if not restent:
        return None
    return f"{len(restent)}, le dernier du {max(dates):%d/%m/%Y}" if dates else str(len(restent))


def legifrance(ligne: Ligne) -> str | None:
    identifiant = ligne["id"] or ""
    if not re.fullmatch(r"ACCOTEXT[0-9]{12}", identifiant):
        return None
    return f"https://www.legifrance.gouv.fr/acco/id/{identifiant}"
