"""Events of the tests, written straight into their table: many agents, each the same from one month to the next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from fce.comptes.models import Organisation
from fce.demo import numeros
from fce.statistiques.models import EvenementDUsage

MOIS = date(2026, 3, 1)
AVANT = date(2026, 2, 1)


def organisations(nombre: int) -> list[Organisation]:
    """So many administrations, made once."""
    return [
        Organisation.objects.get_or_create(numero=numeros.siren(700 + n), defaults={"nom": f"Organisation {n}"})[0]
        for n in range(nombre)
    ]


def evenement(nom: str, agent: str = "", **differences: Any) -> EvenementDUsage:
    """An event of ``MOIS`` that is not written yet."""
    return EvenementDUsage(**{"jour": MOIS, "nom": nom, "pseudonyme": agent, **differences})


def ecrire(evenements: Iterable[EvenementDUsage]) -> None:
    EvenementDUsage.objects.bulk_create(evenements)


def presences(par_organisation: Iterable[int], nom: str = "connexion", jour: date = MOIS) -> None:
    """Write one event of each agent: so many of each organisation."""
    nombres = list(par_organisation)
    ecrire(
        evenement(nom, f"{o.pk}-{n}", organisation=o, service="dgt" if nom not in ("connexion",) else "", jour=jour)
        for o, nombre in zip(organisations(len(nombres)), nombres, strict=True)
        for n in range(nombre)
    )
