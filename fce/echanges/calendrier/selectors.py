"""What a private calendar reads: how many visits the services of a person have announced each week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.agenda import EntreeAgenda
from fce.echanges.croisements.regles import lundi
from fce.echanges.etats import EtatVisite
from fce.echanges.models import VisiteAnnoncee
from fce.echanges.objets import VISITE
from fce.socle.formats import pluriel

PASSE: Final = timedelta(days=28)
"""How long past weeks stay."""


def visites_par_semaine(lecteur: LecteurDeDonnees) -> dict[date, int]:
    """{Monday: number} of the announced visits of his services, from four weeks ago on."""
    debuts = VisiteAnnoncee.objects.filter(
        service__in=lecteur.services(VISITE), etat=EtatVisite.ANNONCEE, fin__gte=lundi(lecteur.aujourd_hui) - PASSE
    ).values_list("debut", flat=True)
    return dict(Counter(lundi(debut) for debut in debuts))


def entrees(semaines: Mapping[date, int], adresse: str, cle: str) -> list[EntreeAgenda]:
    """How many visits are announced each week, from {Monday: number}. ``adresse``: where they are read, once signed in;
    ``cle``: what makes the entries of this calendar its own."""
    dites = []
    for lundi_, nombre in sorted(semaines.items()):
        annee, numero, _ = lundi_.isocalendar()
        dites.append(
            EntreeAgenda(
                f"{cle}-{annee}-{numero:02d}",
                lundi_,
                lundi_ + timedelta(days=7),
                f"FCE : {pluriel(nombre, 'visite annoncée', 'visites annoncées')}",
                f"{adresse}?semaine={annee}-W{numero:02d}",
            )
        )
    return dites
