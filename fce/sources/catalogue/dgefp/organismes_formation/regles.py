"""Number of declarations of a training organisation."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import pluriel
from fce.sources.presentation import Ligne


def organismes(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    numeros = {ligne["numero"] for ligne in lignes}
    return pluriel(len(numeros), "déclaration d'activité", "déclarations d'activité") if numeros else None
