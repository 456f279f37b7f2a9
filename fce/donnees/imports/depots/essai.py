"""Verification of a deposit: an import that reads, checks, loads and compares, but stops before the switch."""

import csv
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from fce.donnees.imports.chargement import generations
from fce.donnees.imports.chargement.comptes import ComptesDImport
from fce.donnees.imports.chargement.importation import Importation
from fce.donnees.imports.chargement.verrou import Verrou
from fce.donnees.imports.models import Import
from fce.socle.erreurs import ImportRefuse
from fce.socle.web.exports import neutraliser
from fce.sources.lecture import Rejet

from .differences import comparer

if TYPE_CHECKING:
    from fce.donnees.imports.services import Progression
    from fce.sources.declaration import Source

# Limits the disk used by a file full of faults; the following faults are only counted.
DETAILLEES_MAX = 1_000_000
_COLONNES = ("ligne", "colonne", "valeur", "motif")
SANS_APPEL = ("vide", "disque", "periode")


class Quarantaine:
    def __init__(self, flux: TextIO) -> None:
        self._plume = csv.writer(flux)
        self._plume.writerow(_COLONNES)
        self.lignes = 0

    def ecrire(self, rejet: Rejet, motif: str = "") -> None:
        if self.lignes < DETAILLEES_MAX:
            valeur = neutraliser((rejet.valeur or "").replace("\x00", "\\0"))
            self._plume.writerow((rejet.ligne, neutraliser(rejet.colonne or ""), valeur, motif or rejet.motif))
            self.lignes += 1


class ComptesDetailles(ComptesDImport):
    """Counters that also write each row set aside and each emptied value to the csv of the quarantine."""

    def __init__(self, quarantaine: Quarantaine) -> None:
        super().__init__()
        self._fichier = quarantaine

    def ecarter(self, rejet: Rejet) -> None:
        super().ecarter(rejet)
        self._fichier.ecrire(rejet)

    def vider(self, vidage: Rejet) -> None:
        super().vider(vidage)
        self._fichier.ecrire(vidage, f"valeur vidée, ligne gardée : {vidage.motif}")


class Essai(Importation):
    """``executer`` fills a generation kept for the deposit, and notes the refusals of a real import.

    ``issue``: status that an import would have had. ``depassements``: refusals that a reason may override.
    ``differences``: with the version in place; None when the file could not be loaded.
    """

    def __init__(
        self,
        source: "Source",
        fichier: Path,
        verrou: Verrou,
        date_metier: datetime.date | None,
        par: str,
        quarantaine: Quarantaine,
        progression: "Progression | None" = None,
    ) -> None:
        super().__init__(source, [fichier], verrou, date_metier, "", par, progression)
        self.comptes = ComptesDetailles(quarantaine)
        self.depassements: list[ImportRefuse] = []
        self.precedent: int | None = None
        self.differences: dict[str, Any] | None = None
        self.issue = ""
        # Never "en cours": if the process dies, this import must not be reported as interrupted.
        self.importation.changer(statut=Import.Statut.VERIFIE)

    def _verifier_seuils(self, precedent: int | None) -> None:
        self.precedent = precedent
        super()._verifier_seuils(precedent)

    def _refuser(self, refus: ImportRefuse) -> None:
        if refus.details.get("seuil") in SANS_APPEL:
            raise refus
        # Note each refusal once, as counts are checked again after duplicates are set aside.
        memes = [r for r in self.depassements if r.message == refus.message]
        if not memes:
            self.depassements.append(refus)

    def _basculer(self) -> None:
        importation = self.importation
        self.comptes.ecrire(importation)
        self.progression("Comparaison avec la version en place", 0, 0)
        self.differences = comparer(self.source, importation, self.en_place)
        self._terminer()
        self.comptes.enregistrer_quarantaine(importation)
        importation.save()
        self.issue = importation.statut

    def _clore(self, statut: str, motifs: list[str]) -> None:
        importation = self.importation
        self.issue = statut
        self.comptes.ecrire(importation)
        self._terminer()
        importation.motifs = motifs
        importation.table, importation.parties, importation.empreintes = "", [], []
        importation.save()
        for table in self.tables:
            generations.effacer(self.verrou.connexion, table)
