"""Tables of institutions that connect to the service, and their progress."""

from __future__ import annotations

from django.db import models

from fce.service.portail.rejoindre.etapes import EtatEtape, GenreEtape
from fce.socle.base.modeles import Modele


class Raccordement(Modele):
    """An institution that connects, or may; never the name of a person.

    ``producteur``: code of the producer of its data sets, "" when none is declared. ``publie``: whether its progress is
    public.
    """

    nom = models.CharField("institution", max_length=200)
    sigle = models.CharField("sigle", max_length=40, blank=True)
    producteur = models.CharField("producteur", max_length=60, blank=True)
    apport = models.TextField("ce qu’elle apporte", max_length=1000, blank=True)
    publie = models.BooleanField("montré à tous", default=False)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "raccordement"
        ordering = ["nom", "id"]


class EtapeRaccordement(Modele):
    """Progress of an institution at one step. ``le``: day of completion."""

    raccordement = models.ForeignKey(Raccordement, on_delete=models.CASCADE, related_name="etapes")
    etape = models.CharField("étape", max_length=20, choices=GenreEtape.choices)
    etat = models.CharField("état", max_length=20, choices=EtatEtape.choices, default=EtatEtape.A_VENIR)
    le = models.DateField("le", null=True, blank=True)
    precision = models.CharField("précision", max_length=300, blank=True)

    class Meta:
        verbose_name = "étape de raccordement"
        verbose_name_plural = "étapes de raccordement"
        ordering = ["raccordement", "id"]
        constraints = [
            models.UniqueConstraint(fields=["raccordement", "etape"], name="etape_de_raccordement_une_fois"),
            models.CheckConstraint(
                condition=models.Q(etat=EtatEtape.FAITE, le__isnull=False) | ~models.Q(etat=EtatEtape.FAITE),
                name="etape_de_raccordement_faite_est_datee",
            ),
        ]
