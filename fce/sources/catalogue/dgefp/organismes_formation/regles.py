"""Training organisations: what an agent reads of one."""

from collections.abc import Sequence
from datetime import date

from fce.socle.formats import pluriel
from fce.sources.presentation import Ligne


def organismes(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "2 établissements déclarants": each counts, a company may declare several."""
    numeros = {ligne["numero"] for ligne in lignes}
    return pluriel(len(numeros), "déclaration d'activité", "déclarations d'activité") if numeros else None
