"""Posted workers this year and last year."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import nombre
from fce.sources.presentation import Ligne


def deux_annees(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    recentes = [ligne for ligne in lignes if ligne["annee"] in (aujourd_hui.year, aujourd_hui.year - 1)]
    return sorted(recentes, key=lambda ligne: -ligne["annee"])


def detaches(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    recentes = [ligne for ligne in deux_annees(lignes, aujourd_hui) if ligne["salaries"] is not None]
    return ", ".join(f"{nombre(ligne['salaries'])} en {ligne['annee']}" for ligne in recentes) or None
