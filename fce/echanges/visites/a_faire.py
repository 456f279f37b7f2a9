"""What waits for an agent: the visits of his services of which nobody has said whether they took place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from fce.comptes.models import Compte
from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.selectors import acteur_de
from fce.echanges.etats import EtatVisite
from fce.echanges.models import VisiteAnnoncee
from fce.echanges.objets import VISITE
from fce.echanges.visites.selectors import nom_de
from fce.echanges.vocabulaire import ATTENTE
from fce.socle.formats import jour
from fce.socle.offres import Tache


def taches(compte: Compte, aujourd_hui: date) -> Iterator[Tache]:
    """One per visit whose last day is past. The page where it is told asks for a second factor by itself."""
    if not compte.agent:
        return
    siens = LecteurDeDonnees(acteur_de(compte, mfa=True)).services(VISITE)
    if not siens:
        return
    passees = VisiteAnnoncee.objects.filter(service__in=siens, etat=EtatVisite.ANNONCEE, fin__lt=aujourd_hui)
    lues = list(passees.order_by("fin", "pk"))
    noms = nom_de(v.siren for v in lues) if lues else {}
    for visite in lues:
        yield Tache(
            "Dire si la visite a eu lieu",
            reverse("echanges:visite", args=[visite.pk]),
            f"{noms[visite.siren]}, le {jour(visite.fin)} au plus tard",
            avant_le=visite.fin + ATTENTE,
        )
