"""Tables that an agent gave to reconcile, read by him alone, and the answer to each of their rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar, Final

from django.db import models

from fce.droits.comptes.models import Compte
from fce.echanges.models.commun import Numerote
from fce.ensembles.fichiers.models import GARDE, FichierDemande
from fce.ensembles.rapprochement.contenu import CELLULE_MAX, Issue
from fce.socle.base.conservation import Conservation

NOM_MAX: Final = 120
ARRETE: Final = "Une panne a arrêté ce tableau. Ce qui est lu le reste : reprenez-le."


class IssueDeLigne(models.TextChoices):
    """``Issue`` as agents read it."""

    TROUVE = Issue.TROUVE.value, "trouvée"
    FERME = Issue.FERME.value, "fermée"
    REMPLACE = Issue.REMPLACE.value, "remplacée"
    AMBIGU = Issue.AMBIGU.value, "ambiguë"
    INCONNU = Issue.INCONNU.value, "inconnue"


class TableauRapproche(Numerote):
    """A table to reconcile. ``lu``: its sheets as they are written, then the one that its author chose, for the file
    given back; ``total``: 0 until he agrees with how it is read. ``entree``: its rows not yet read by the worker, None
    afterwards (both msgpack, compressed). ``erreur``: why it stopped, in French."""

    conservation: ClassVar = Conservation("cree_le", timedelta(days=30), "tableau rapproché, et ce qu’un agent y a mis")

    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="tableaux")
    nom = models.CharField("nom", max_length=NOM_MAX)
    siret_voulu = models.BooleanField("établissements voulus", default=True)
    lu = models.BinaryField("feuilles lues", null=True, blank=True)
    entree = models.BinaryField("lignes à lire", null=True, blank=True)
    total = models.PositiveIntegerField("lignes")
    faites = models.PositiveIntegerField("lignes faites", default=0)
    erreur = models.CharField("erreur", max_length=CELLULE_MAX, blank=True)
    cree_le = models.DateTimeField("déposé le", auto_now_add=True)

    class Meta:
        verbose_name = "tableau rapproché"
        verbose_name_plural = "tableaux rapprochés"
        ordering = ["-id"]

    @property
    def fini(self) -> bool:
        return 0 < self.total <= self.faites

    @property
    def arrete(self) -> bool:
        """Whether nothing will read the rest of its rows, unless its author says so."""
        return self.faites < self.total and self.erreur == ARRETE


class LigneRapprochee(Numerote):
    """A row as it was given, and its answer: numbers and reasons, never a name, which a page reads as masked that day.

    ``candidats``: ``[SIREN, SIRET or "", score, reasons]`` each. ``corrigee``: decided by the agent.
    """

    conservation: ClassVar = Conservation("", timedelta(0), "ligne d’un tableau rapproché, effacée avec lui")

    tableau = models.ForeignKey(TableauRapproche, on_delete=models.CASCADE, related_name="lignes")
    rang = models.PositiveIntegerField("rang")
    nom = models.CharField("nom donné", max_length=CELLULE_MAX, blank=True)
    saisi = models.CharField("numéro donné", max_length=CELLULE_MAX, blank=True)
    code_postal = models.CharField("code postal donné", max_length=CELLULE_MAX, blank=True)
    commune = models.CharField("commune donnée", max_length=CELLULE_MAX, blank=True)
    naf = models.CharField("NAF donné", max_length=CELLULE_MAX, blank=True)
    issue = models.CharField("issue", max_length=8, choices=IssueDeLigne.choices)
    numero = models.CharField("SIREN ou SIRET", max_length=14, blank=True)
    ancien = models.CharField("numéro remplacé", max_length=14, blank=True)
    pourquoi = models.CharField("pourquoi", max_length=CELLULE_MAX, blank=True)
    candidats = models.JSONField("candidats", default=list, blank=True)
    corrigee = models.BooleanField("décidée à la main", default=False)

    class Meta:
        verbose_name = "ligne rapprochée"
        verbose_name_plural = "lignes rapprochées"
        ordering = ["rang"]
        constraints = [models.UniqueConstraint(fields=["tableau", "rang"], name="ligne_rapprochee_une_fois")]
        indexes = [models.Index(fields=["tableau", "issue", "rang"], name="ligne_rapprochee_issue")]

    @property
    def par_nom(self) -> bool:
        """Whether the answer was found by a name: it is withdrawn once its unit is masked."""
        return bool(self.numero) and not self.saisi and not self.corrigee

    @property
    def cites(self) -> set[str]:
        """SIRENs and SIRETs that its answer rests on: its own, or those of the candidates of an ambiguous one."""
        candidats = self.candidats if self.issue == IssueDeLigne.AMBIGU else []
        return {n for n in (self.numero, *(n for c in candidats for n in c[:2])) if n}

    def oublier(self, masque: Callable[[str], bool]) -> bool:
        """Withdraw what the row says of units masked since, as if they did not bear its name; return whether it said
        something. ``masque``: whether a SIREN or SIRET is. Saves nothing."""
        if self.par_nom and masque(self.numero):
            self.issue, self.numero, self.ancien = IssueDeLigne.INCONNU, "", ""
            self.pourquoi, self.candidats = "", []
            return True
        du_numero = self.saisi and not any(raisons for *_, raisons in self.candidats)
        gardes = [c for c in self.candidats if not any(masque(numero) for numero in c[:2] if numero)]
        if len(gardes) == len(self.candidats):
            return False
        self.candidats = gardes
        if self.issue == IssueDeLigne.AMBIGU:
            # The reason counts the companies, or speaks of the best of them.
            self.pourquoi = ""
            # The company of the number exists whatever is hidden of it; what a name proposed, for a reason, does not.
            if not (gardes or du_numero):
                self.issue = IssueDeLigne.INCONNU
        return True


class FichierDeTableau(FichierDemande):
    """A file of a table and its answers."""

    conservation: ClassVar = GARDE

    tableau = models.ForeignKey(TableauRapproche, on_delete=models.SET_NULL, null=True, related_name="fichiers")

    class Meta:
        verbose_name = "fichier d’un tableau rapproché"
        verbose_name_plural = "fichiers de tableaux rapprochés"
        ordering = ["-id"]
