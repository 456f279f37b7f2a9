"""What the worker remembers of each file of a producer: when it looked, and what came of it."""

from django.db import models


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
