"""Factories of agreements and lines: a plain case, and the test states the differences.

The agreement is that of the demonstration: 60,000 € of AE and of CP over six months, four of which are over.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from fce.demo.convention import SIGNEE, periode
from fce.service.convention import services
from fce.service.convention.models import Convention, Ecriture, Marche
from fce.service.convention.services import SaisieEcriture
from fce.service.convention.vocabulaire import GenreEcriture, NatureDepense, TitreBudgetaire

PAR = "c1"
_rangs = itertools.count(1)


def aujourd_hui() -> date:
    return timezone.localdate()


def convention(**differences: Any) -> Convention:
    debut, fin = periode(aujourd_hui())
    return services.creer({**SIGNEE, "debut": debut, "fin": fin, **differences}, PAR)


def jour(convention_: Convention, rang: int) -> date:
    """A day of the agreement, from 0."""
    return convention_.debut + timedelta(days=rang)


def saisie(genre: str, quand: date, montant: int, **differences: Any) -> SaisieEcriture:
    """A line to write; an engagement is of devops, title 3, without contract."""
    propres = (
        {"nature": NatureDepense.DEVOPS, "titre": TitreBudgetaire.FONCTIONNEMENT}
        if genre == GenreEcriture.ENGAGEMENT
        else {}
    )
    rang = next(_rangs)
    return SaisieEcriture(
        GenreEcriture(genre), quand, montant, f"pièce {rang}", f"1400{rang:06d}", **{**propres, **differences}
    )


def ecrire(convention_: Convention, genre: str, montant: int, rang: int = 10, **differences: Any) -> Ecriture:
    return services.ecrire(convention_.pk, saisie(genre, jour(convention_, rang), montant, **differences), PAR)


def paye(convention_: Convention, montant: int, rang: int = 10) -> tuple[Ecriture, Ecriture, Ecriture]:
    engagement = ecrire(convention_, "engagement", montant, rang)
    return (
        engagement,
        ecrire(convention_, "service-fait", montant, rang + 1, engagement=engagement.pk),
        ecrire(convention_, "paiement", montant, rang + 2, engagement=engagement.pk),
    )


def marche(convention_: Convention, debut: int = 5, fin: int = 60) -> Marche:
    return services.ajouter_marche(
        convention_.pk,
        {
            "reference": f"M-{next(_rangs)}",
            "intitule": "Prestations",
            "titulaire": "Titulaire inventé",
            "debut": jour(convention_, debut),
            "fin": jour(convention_, fin),
        },
        PAR,
    )
