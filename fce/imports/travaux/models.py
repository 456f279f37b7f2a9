"""What the worker remembers of each file of a producer: when it looked, and what came of it."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from fce.socle.conservation import Conservation


class Releve(models.Model):
    """The latest look at the files of an open source. ``signature``: files already imported, or refused once and for
    all; the same ones are not tried again."""

    class Statut(models.TextChoices):
        IMPORTE = "importe", "nouveau fichier mis en place"
        INCHANGE = "inchange", "fichier inchangé"
        REFUSE = "refuse", "fichier refusé"
        ECHEC = "echec", "fichier non obtenu"

    source = models.CharField("source", max_length=100, unique=True)
    statut = models.CharField("statut", max_length=10, choices=Statut, default=Statut.INCHANGE)
    verifie = models.DateTimeField("vérifié le", null=True, blank=True)
    change = models.DateTimeField("changé le", null=True, blank=True)
    motif = models.TextField("motif du refus ou de l'échec", blank=True)
    signature = models.CharField("fichiers déjà traités", max_length=64, blank=True)

    class Meta:
        verbose_name = "relevé"
        ordering = ["source"]

    def __str__(self) -> str:
        return f"{self.source} : {self.get_statut_display()}"


class EchecTravail(models.Model):
    """The latest failure of a job of the queue: the class of the error, never its message."""

    conservation: ClassVar = Conservation("quand", timedelta(days=30), "échec d’un travail de la file")

    travail = models.BigIntegerField("numéro du travail", primary_key=True)
    tache = models.CharField("tâche", max_length=128)
    classe = models.CharField("classe de l’erreur", max_length=100)
    quand = models.DateTimeField("quand", auto_now=True)

    class Meta:
        app_label = "sources"
        verbose_name = "échec d’un travail"
        verbose_name_plural = "échecs des travaux"
        ordering = ["-travail"]

    def __str__(self) -> str:
        return f"{self.tache} : {self.classe}"
