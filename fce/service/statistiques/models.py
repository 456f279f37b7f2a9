"""Tables: events for thirteen months, key of their pseudonyms, monthly figures for ever."""

import uuid
from datetime import timedelta
from typing import ClassVar, Final

from django.db import models

from fce.droits.comptes.models import Organisation
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele
from fce.socle.web.evenements import EVENEMENTS, SERVICE_MAX

TREIZE_MOIS: Final = timedelta(days=396)
"""396 days: enough for the same month of the previous year, leap or not."""


class EvenementDUsage(Modele):
    """Events of a day, with a count: neither hour nor order, so that they cannot be matched with a log."""

    conservation: ClassVar = Conservation("jour", TREIZE_MOIS, "usage du service, sous un pseudonyme")

    # Random, because a serial number would give the order of the events.
    id = models.UUIDField("numéro", primary_key=True, default=uuid.uuid4)
    jour = models.DateField("jour")
    nom = models.CharField("événement", max_length=30, choices=[(nom, g.libelle) for nom, g in EVENEMENTS.items()])
    pseudonyme = models.CharField("pseudonyme", max_length=32, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    service = models.CharField("corps de contrôle du service", max_length=SERVICE_MAX, blank=True)
    valeur = models.SmallIntegerField("valeur", null=True, blank=True)
    nombre = models.PositiveIntegerField("nombre", default=1)

    class Meta:
        verbose_name = "événement d’usage"
        verbose_name_plural = "événements d’usage"
        ordering = ["jour", "nom"]
        indexes = [models.Index(fields=["jour"], name="usage_jour")]


class CleDePseudonyme(Modele):
    """Key of the pseudonyms over a period; once erased, they cannot be computed again."""

    conservation: ClassVar = Conservation("fin", timedelta(0), "clé des pseudonymes de l’usage, effacée à sa fin")

    debut = models.DateField("du", unique=True)
    fin = models.DateField("au")
    secret = models.BinaryField("secret", max_length=32)

    class Meta:
        verbose_name = "clé de pseudonymes"
        verbose_name_plural = "clés de pseudonymes"
        ordering = ["debut"]


class ChiffreMensuel(Modele):
    """A figure of one month, of all or of one organisation; null when withheld."""

    mois = models.DateField("mois", help_text="Premier jour du mois.")
    mesure = models.CharField("mesure", max_length=40)
    organisation = models.CharField("organisation", max_length=300, blank=True, help_text="Vide : toutes.")
    valeur = models.FloatField("valeur", null=True, blank=True, help_text="Vide : retenue par le secret statistique.")
    invente = models.BooleanField("inventé par une démonstration", default=False)

    class Meta:
        verbose_name = "chiffre mensuel"
        verbose_name_plural = "chiffres mensuels"
        ordering = ["mois", "mesure", "organisation"]
        constraints = [
            models.UniqueConstraint(fields=["mois", "mesure", "organisation"], name="chiffre_mensuel_une_fois")
        ]
