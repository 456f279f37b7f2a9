"""Tables of the schema ``journal``, read-only for Django: only database functions (migrations) write them.

No foreign key: agents are opaque texts, and a row outlives what it names.
"""

from datetime import timedelta
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele
from fce.socle.web.routes import Surface

JOURNAL: Final = Conservation(
    "", timedelta(days=366), "journal : jours scellés effacés par « fce worker » après FCE_JOURNAL_MOIS"
)


def _table(nom: str) -> str:
    return f'"journal"."{nom}"'


class Consultation(Modele):
    """Restricted data sent in one answer. ``rang``: position in the chain of the agent, from 1."""

    conservation: ClassVar = JOURNAL

    id = models.BigIntegerField("numéro", primary_key=True)
    quand = models.DateTimeField("quand")
    agent = models.TextField("agent")
    rang = models.BigIntegerField("rang")
    siret_administration = models.TextField("administration")
    habilitations = ArrayField(models.TextField(), verbose_name="habilitations")
    finalite = models.TextField("finalité")
    sources = ArrayField(models.TextField(), verbose_name="sources")
    numero = models.TextField("SIREN ou SIRET")
    surface = models.TextField("surface")
    action = models.TextField("action")
    lignes = models.JSONField("lignes par source")
    classe = models.TextField("classe")
    requete = models.TextField("demande")
    adresse_ip = models.TextField("adresse IP")
    poids = models.IntegerField("entreprises comptées")
    empreinte_precedente = models.BinaryField("empreinte précédente")
    empreinte = models.BinaryField("empreinte")

    class Meta:
        managed = False
        db_table = _table("consultation")
        verbose_name = "consultation"
        ordering = ["-quand", "-id"]

    @property
    def assistant(self) -> str:
        """The assistant that read for the agent, "" when he read himself."""
        return self.requete.split()[1] if self.surface == Surface.ASSISTANT else ""


class Refus(Modele):
    """Restricted data refused by the rights or by a volume limit."""

    conservation: ClassVar = JOURNAL

    id = models.BigIntegerField("numéro", primary_key=True)
    quand = models.DateTimeField("quand")
    agent = models.TextField("agent")
    siret_administration = models.TextField("administration", default="")
    habilitations = ArrayField(models.TextField(), verbose_name="habilitations", default=list)
    raison_code = models.TextField("raison")
    source = models.TextField("source")
    numero = models.TextField("SIREN ou SIRET")
    surface = models.TextField("surface")
    requete = models.TextField("demande")
    adresse_ip = models.TextField("adresse IP")

    class Meta:
        managed = False
        db_table = _table("refus")
        verbose_name = verbose_name_plural = "refus"
        ordering = ["-quand", "-id"]


class LectureDuJournal(Modele):
    """Who read the journal, why, and whose consultations."""

    conservation: ClassVar = JOURNAL

    id = models.BigIntegerField("numéro", primary_key=True)
    quand = models.DateTimeField("quand")
    lecteur = models.TextField("lecteur")
    agents = ArrayField(models.TextField(), verbose_name="agents lus")
    motif = models.TextField("motif")
    filtres = models.JSONField("filtres")
    lignes = models.BigIntegerField("lignes lues")
    consultation = models.BigIntegerField("consultation")

    class Meta:
        managed = False
        db_table = _table("lecture_du_journal")
        verbose_name = "lecture du journal"
        verbose_name_plural = "lectures du journal"
        ordering = ["-quand", "-id"]


class Sceau(Modele):
    """The seal of a day (Paris): every row numbered after the previous seal, up to ``dernier``."""

    jour = models.DateField("jour", primary_key=True)
    nombre = models.BigIntegerField("consultations")
    premier = models.BigIntegerField("première", null=True)
    dernier = models.BigIntegerField("dernière")
    racine = models.BinaryField("empreinte du jour")
    precedent = models.BinaryField("sceau précédent")
    cle = models.TextField("clé")
    sceau = models.BinaryField("sceau")
    pose = models.DateTimeField("posé le")

    class Meta:
        managed = False
        db_table = _table("sceau")
        verbose_name = "sceau"
        verbose_name_plural = "sceaux"
        ordering = ["jour"]


class Purge(Modele):
    """Sealed days erased at the end of their retention, and under which rule."""

    jour = models.DateField("dernier jour effacé", primary_key=True)
    quand = models.DateTimeField("quand")
    par = models.TextField("par")
    mois = models.IntegerField("mois gardés")
    motif = models.TextField("motif")
    dernier = models.BigIntegerField("dernière consultation effacée")
    nombre = models.BigIntegerField("consultations effacées")
    cle = models.TextField("clé")
    sceau = models.BinaryField("sceau")

    class Meta:
        managed = False
        db_table = _table("purge")
        verbose_name = "purge"
        ordering = ["jour"]


class Explication(Modele):
    """Breaks that are known, with their reason: the verifier counts these sentences apart. Signed as a seal is."""

    id = models.BigAutoField("numéro", primary_key=True)
    quand = models.DateTimeField("quand")
    par = models.TextField("par")
    motif = models.TextField("motif")
    ruptures = ArrayField(models.TextField(), verbose_name="ruptures")
    cle = models.TextField("clé")
    sceau = models.BinaryField("sceau")

    class Meta:
        managed = False
        db_table = _table("explication")
        verbose_name = "explication"
        ordering = ["id"]


class Alerte(Modele):
    """Something for the operators to look at; ``envoyee``: when it was mailed."""

    conservation: ClassVar = JOURNAL

    id = models.BigIntegerField("numéro", primary_key=True)
    cle = models.TextField("clé", unique=True)
    quand = models.DateTimeField("quand")
    genre = models.TextField("genre")
    agent = models.TextField("agent")
    detail = models.TextField("détail")
    envoyee = models.DateTimeField("envoyée le", null=True)

    class Meta:
        managed = False
        db_table = _table("alerte")
        verbose_name = "alerte"
        ordering = ["-quand", "-id"]
