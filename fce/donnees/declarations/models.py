"""Versions of the declarations written as data, and who signed each."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele


class DeclarationDeSource(Modele):
    """A version of a declaration. ``contenu``: its JSON (``docs/declaration.md``), kept by steps while it is a draft.
    ``exploration``: columns and first rows of its file, those of people masked, erased with its last signature.

    A draft has no ``demandee_le``; a signed version waits for the worker, which creates its view and sets
    ``en_vigueur_le``. ``retiree_le``: withdrawn, or replaced by a later version (``remplacee``); ``effacee_le``: its
    tables are erased.
    """

    conservation: ClassVar = Conservation("", timedelta(0), "déclaration, gardée comme preuve de qui a ouvert quoi")

    nom = models.CharField("nom de la source", max_length=45, db_index=True)
    version = models.PositiveSmallIntegerField("version")
    etape = models.PositiveSmallIntegerField("étape atteinte", default=1)
    contenu = models.JSONField("déclaration", default=dict)
    exploration = models.JSONField("ce que son fichier montre", null=True)
    auteur = models.ForeignKey(Compte, on_delete=models.PROTECT, verbose_name="auteur", related_name="+")
    ecrite_le = models.DateTimeField("écrite le", auto_now=True)
    demandee_le = models.DateTimeField("signée le", null=True)
    en_vigueur_le = models.DateTimeField("en vigueur depuis", null=True)
    retiree_le = models.DateTimeField("retirée le", null=True)
    remplacee = models.BooleanField("remplacée par une version suivante", default=False)
    effacee_le = models.DateTimeField("tables effacées le", null=True)

    class Meta:
        verbose_name = "déclaration"
        db_table = "declarations_declaration"
        ordering = ["nom", "-version"]
        constraints = [models.UniqueConstraint(fields=["nom", "version"], name="declaration_version")]

    @property
    def titre(self) -> str:
        return self.contenu.get("title") or self.nom

    @property
    def ouverte(self) -> bool:
        """Whether it is still written: neither signed by all nor withdrawn."""
        return self.demandee_le is None and self.retiree_le is None

    @property
    def etat(self) -> str:
        if self.retiree_le:
            return "tables effacées" if self.effacee_le else "retirée"
        if self.en_vigueur_le:
            return "en vigueur"
        return "signée, bientôt en vigueur" if self.demandee_le else "brouillon"


class SignatureDeDeclaration(Modele):
    """``qualite``: mandate under which the account signed."""

    conservation: ClassVar = Conservation("", timedelta(0), "signature, gardée avec la déclaration qu’elle ouvre")

    declaration = models.ForeignKey(DeclarationDeSource, on_delete=models.CASCADE, related_name="signatures")
    par = models.ForeignKey(Compte, on_delete=models.PROTECT, verbose_name="signataire", related_name="+")
    qualite = models.CharField("qualité", max_length=20, choices=Mandats.choices)
    le = models.DateTimeField("signée le", auto_now_add=True)

    class Meta:
        verbose_name = "signature de déclaration"
        verbose_name_plural = "signatures de déclarations"
        db_table = "declarations_signature"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["declaration", "par"], name="signature_unique")]
