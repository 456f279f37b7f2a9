"""What the models of every room share."""

from __future__ import annotations

from django.db import models


class Modele(models.Model):
    """A row named by its kind and number, in a log or a test: pages name it otherwise."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} n° {self.pk}"
