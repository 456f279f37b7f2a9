"""What a private calendar reads: how many visits the services of a person have announced each week."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Final

from fce.echanges.croisements.regles import lundi
from fce.echanges.etats import EtatVisite
from fce.echanges.lecture import LecteurEchanges
from fce.echanges.models import VisiteAnnoncee

PASSE: Final = timedelta(days=28)
"""How long past weeks stay."""


def visites_par_semaine(lecteur: LecteurEchanges) -> dict[date, int]:
    """{Monday: number} of the announced visits of his services, from four weeks ago on."""
    debuts = VisiteAnnoncee.objects.filter(
        service__in=lecteur.services(), etat=EtatVisite.ANNONCEE, fin__gte=lundi(lecteur.aujourd_hui) - PASSE
    ).values_list("debut", flat=True)
    return dict(Counter(lundi(debut) for debut in debuts))
