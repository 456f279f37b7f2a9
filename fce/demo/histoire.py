"""Periods (history) of companies and establishments.

A history is an initial state and dated changes. Its periods are contiguous and differ from one another; the last one is
the current row. Oldest first here, newest first in the official files.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from fce.demo.activites import CHANGEMENTS_DE_NOMENCLATURE, Activite

Changement = tuple[date, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PeriodeUnite:
    """Historised columns of a unité légale from ``debut`` (None for purged units) to the next period."""

    debut: date | None
    etat: str = "A"
    nom: str = ""
    nom_usage: str = ""
    denomination: str = ""
    usuelles: tuple[str, ...] = ()
    categorie_juridique: str = ""
    activite: str = ""
    nomenclature: str = ""
    nic_siege: str = ""
    ess: str = ""
    mission: str = ""
    employeur: str = ""


@dataclass(frozen=True, slots=True)
class PeriodeEtablissement:
    debut: date | None
    etat: str = "A"
    enseignes: tuple[str, ...] = ()
    denomination_usuelle: str = ""
    activite: str = ""
    nomenclature: str = ""
    employeur: str = ""


P = TypeVar("P", PeriodeUnite, PeriodeEtablissement)


def derouler(depart: P, changements: Iterable[Changement]) -> tuple[P, ...]:
    """Return the periods, oldest first. Changes of the same day make one period; a change without effect makes none.

    Raises ``ValueError`` for a change on or before the first day.
    """
    par_jour: dict[date, dict[str, Any]] = {}
    for jour, valeurs in changements:
        par_jour.setdefault(jour, {}).update(valeurs)
    periodes = [depart]
    for jour in sorted(par_jour):
        precedente = periodes[-1]
        if precedente.debut is None or jour <= precedente.debut:
            raise ValueError(f"change on {jour}, not after {precedente.debut}")
        suivante = replace(precedente, **par_jour[jour])
        if suivante != precedente:
            periodes.append(replace(suivante, debut=jour))
    return tuple(periodes)


def activites_successives(
    debut: date, fin: date | None, activites: Sequence[tuple[date, Activite]]
) -> tuple[tuple[str, str], list[Changement]]:
    """Return the first day's (code, nomenclature), and the changes, including those of nomenclature.

    ``activites`` starts on ``debut``; no change from ``fin`` (closing) on.
    """
    jours = {jour for jour, _ in activites} | set(CHANGEMENTS_DE_NOMENCLATURE)
    changements: list[Changement] = []
    for jour in sorted(j for j in jours if debut < j and (fin is None or j < fin)):
        code, nomenclature = _activite_au(jour, activites).code_au(jour)
        changements.append((jour, {"activite": code, "nomenclature": nomenclature}))
    return activites[0][1].code_au(debut), changements


def _activite_au(jour: date, activites: Sequence[tuple[date, Activite]]) -> Activite:
    return [activite for depuis, activite in activites if depuis <= jour][-1]
