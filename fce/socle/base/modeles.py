"""What the models of every room share."""

from __future__ import annotations

from typing import Any

from django.db import models


class Modele(models.Model):
    """A row named by its kind and number, in a log or a test: pages name it otherwise."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} n° {self.pk}"

    def changer(self, **valeurs: Any) -> None:
        """Set these fields and write them, and nothing else."""
        for champ, valeur in valeurs.items():
            setattr(self, champ, valeur)
        self.save(update_fields=list(valeurs))
