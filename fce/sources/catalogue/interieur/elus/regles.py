"""Order of the elected representatives."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import Ligne

PREMIERS = ("maire", "président")


def par_fonction(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    return sorted(lignes, key=lambda x: (_rang(x["fonction"]), x["nom"] or "", x["prenom"] or ""))


def _rang(fonction: str | None) -> int:
    if not fonction:
        return 2
    return 0 if fonction.lower().startswith(PREMIERS) else 1
