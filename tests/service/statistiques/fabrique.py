"""Usage events written straight into their table; an agent keeps its pseudonym from month to month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from fce.demo import numeros
from fce.droits.comptes.models import Organisation
from fce.service.statistiques.models import EvenementDUsage

MOIS = date(2026, 3, 1)
AVANT = date(2026, 2, 1)


def organisations(nombre: int) -> list[Organisation]:
    return [
        Organisation.objects.get_or_create(numero=numeros.siren(700 + n), defaults={"nom": f"Organisation {n}"})[0]
        for n in range(nombre)
    ]


def evenement(nom: str, agent: str = "", **differences: Any) -> EvenementDUsage:
    return EvenementDUsage(**{"jour": MOIS, "nom": nom, "pseudonyme": agent, **differences})


def ecrire(evenements: Iterable[EvenementDUsage]) -> None:
    EvenementDUsage.objects.bulk_create(evenements)


def presences(par_organisation: Iterable[int], nom: str = "connexion", jour: date = MOIS) -> None:
    """Write one event per agent: the given number of agents in each organisation."""
    nombres = list(par_organisation)
    ecrire(
        evenement(nom, f"{o.pk}-{n}", organisation=o, service="dgt" if nom not in ("connexion",) else "", jour=jour)
        for o, nombre in zip(organisations(len(nombres)), nombres, strict=True)
        for n in range(nombre)
    )
