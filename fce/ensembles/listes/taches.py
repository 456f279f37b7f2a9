"""A list about to be deleted is a task of those who may keep it, a month before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fce.droits.comptes.models import Compte
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.ensembles.listes.acces import modifiables
from fce.ensembles.listes.models import ListeDeTravail
from fce.ensembles.listes.objets import LISTE
from fce.ensembles.listes.services import PREAVIS
from fce.socle.texte import paris
from fce.socle.web.offres import Tache


def taches(compte: Compte, aujourd_hui: date) -> Iterator[Tache]:
    """Tasks of an agent, without the name of a list nor a company. One query when nothing expires. Shown to a session
    with a second factor."""
    limite = timezone.now() + PREAVIS
    siennes = Q(compte=compte) | Q(
        service__appartenances__compte=compte,
        service__appartenances__fin=None,
        service__appartenances__suspendue_le=None,
    )
    if not compte.agent or not ListeDeTravail.objects.filter(siennes, expire_le__lte=limite).exists():
        return
    lecteur = LecteurDeDonnees(acteur_de(compte, mfa=True), usuelle=True)
    if not lecteur.decider(LISTE):
        return
    for liste in modifiables(lecteur).filter(expire_le__lte=limite).order_by("expire_le", "pk"):
        yield Tache(
            "Garder une liste, ou la laisser s’effacer",
            reverse("listes:liste", args=[liste.pk]),
            f"Liste {liste.marque}",
            avant_le=paris.jour_de(liste.expire_le),
        )
