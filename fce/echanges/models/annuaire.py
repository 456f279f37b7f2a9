"""Entries of the directory, and absences."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from fce.droits.comptes.models import Compte, Groupe
from fce.echanges.models.commun import Numerote
from fce.echanges.vocabulaire import NatureService, Theme
from fce.socle.base.conservation import Conservation


def _codes(titre: str, longueur: int) -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=longueur), verbose_name=titre, default=list, blank=True)


class EntreeAnnuaire(Numerote):
    """A service in the directory; its name and mailbox are those of the group.

    ``territoire``: départements, or FR; ``communes``, if any, replace it: present INSEE codes, municipal
    arrondissements included; ``departements``: where it is, from either. ``groupes_de_donnees``: data that it knows
    about. ``recoit_de``: kinds of service that may write to it; empty: all. ``telephone``: digits, never a person's.
    ``champs``: required fields of a question; ``modele``: its initial text. ``version``: incremented by each change,
    from 1.
    """

    service = models.OneToOneField(Groupe, on_delete=models.CASCADE, primary_key=True, related_name="annuaire")
    nature = models.CharField("genre de service", max_length=10, choices=NatureService.choices)
    territoire = _codes("départements, ou FR", 3)
    communes = _codes("communes", 5)
    departements = _codes("départements où il est, ou FR", 3)
    themes = ArrayField(
        models.CharField(max_length=30, choices=Theme.choices), verbose_name="thèmes", default=list, blank=True
    )
    groupes_de_donnees = _codes("groupes de données", 60)
    recoit_de = ArrayField(
        models.CharField(max_length=10, choices=NatureService.choices),
        verbose_name="services qui peuvent lui écrire",
        default=list,
        blank=True,
    )
    telephone = models.CharField("téléphone du service", max_length=16, blank=True, default="", db_default="")
    presentation = models.TextField("présentation", max_length=1000, blank=True)
    champs = ArrayField(
        models.CharField(max_length=80), verbose_name="ce qu’il demande de préciser", default=list, blank=True
    )
    modele = models.TextField("modèle de demande", max_length=2000, blank=True)
    par = models.CharField("écrite par", max_length=40)
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "entrée de l’annuaire"
        verbose_name_plural = "entrées de l’annuaire"
        ordering = ["service"]
        indexes = [
            GinIndex(fields=["departements"], name="annuaire_departements"),
            GinIndex(fields=["communes"], name="annuaire_communes"),
        ]


class Absence(Numerote):
    """Absence of an agent until a day included. Colleagues see it; other services learn when all members are absent,
    and, without his name, that a visit of his that crosses theirs is within it."""

    conservation: ClassVar = Conservation("jusqu_au", timedelta(days=30), "absence passée")

    compte = models.OneToOneField(Compte, on_delete=models.CASCADE, primary_key=True, related_name="absence")
    jusqu_au = models.DateField("dernier jour")

    class Meta:
        verbose_name = "absence"
        ordering = ["jusqu_au", "compte"]
