"""Counters of one load: rows by outcome, reasons with their first lines, distinct warnings, business date."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import polars as pl

from fce.donnees.imports.models import Import, Quarantaine
from fce.socle.texte import paris
from fce.socle.texte.formats import nombre
from fce.sources.champs import Champ, Mois
from fce.sources.lecture import Lot, Rejet

from .dates import fin_de_l_annee

# Rows stored in full per import; others are only counted.
QUARANTAINE_MAX = 10_000
_LIGNES_CITEES = 5
# A reason should not contain values. This limit keeps the record small if a reader puts some in it.
_MOTIFS_MAX = 200
_AVERTISSEMENTS_MAX = 100
_AUTRES = "autres motifs"


@dataclass(slots=True)
class ComptesDImport:
    """After a load: recues = chargees + ecartees + dedoublonnees."""

    recues: int = 0
    chargees: int = 0
    ecartees: int = 0
    ecartees_cles: int = 0
    dedoublonnees: int = 0
    videes: int = 0
    avertissements: list[str] = field(default_factory=list)
    date_metier: datetime.date | None = None
    _annee: int = 0
    quarantaine: list[Rejet] = field(default_factory=list)
    _motifs: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _vidages: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def ajouter(self, lot: Lot, dates: Sequence[Champ] = ()) -> None:
        """The latest value of the fields ``dates`` in the batch becomes the business date of the file."""
        self.recues += lot.recues
        self.chargees += lot.hauteur
        for rejet in lot.rejets:
            self.ecarter(rejet)
        for vidage in lot.vidages:
            self.vider(vidage)
        for avertissement in lot.avertissements:
            self.avertir(avertissement)
        for champ in dates:
            self._dater(champ, lot.lignes.get_column(champ.attname))

    def ecarter(self, rejet: Rejet) -> None:
        self.ecartees += 1
        self.ecartees_cles += rejet.cle
        self._noter(rejet, self._motifs)

    def vider(self, vidage: Rejet) -> None:
        self.videes += 1
        self._noter(replace(vidage, motif=f"valeur vidée, ligne gardée : {vidage.motif}"), self._vidages)

    def _noter(self, rejet: Rejet, motifs: dict[tuple[str, str], dict[str, Any]]) -> None:
        if len(self.quarantaine) < QUARANTAINE_MAX:
            self.quarantaine.append(rejet)
        cle = (rejet.motif, rejet.colonne or "")
        if cle not in motifs and len(motifs) >= _MOTIFS_MAX:
            cle = (_AUTRES, "")
        compte = motifs.setdefault(cle, {"motif": cle[0], "colonne": cle[1], "nombre": 0, "lignes": []})
        compte["nombre"] += 1
        if len(compte["lignes"]) < _LIGNES_CITEES:
            compte["lignes"].append(rejet.ligne)

    def avertir(self, avertissement: str) -> None:
        if avertissement not in self.avertissements and len(self.avertissements) < _AVERTISSEMENTS_MAX:
            self.avertissements.append(avertissement)

    def _dater(self, champ: Champ, valeurs: pl.Series) -> None:
        if valeurs.dtype.is_integer():
            # Yearly figures: the current year is incomplete and nothing says up to which day.
            self._annee = max(self._annee, cast("int | None", valeurs.max()) or 0)
            self.date_metier = fin_de_l_annee(self._annee)
            return
        # Ignore future dates: they are typing errors that would make later files look older than this one.
        jours = valeurs.cast(pl.Date)
        if isinstance(champ, Mois):
            jours = jours.dt.month_end()
        derniere = jours.filter(jours <= paris.aujourd_hui()).max()
        if isinstance(derniere, datetime.date) and (self.date_metier is None or derniere > self.date_metier):
            self.date_metier = derniere

    def ecrire(self, importation: Import) -> None:
        importation.lues, importation.chargees = self.recues, self.chargees
        importation.ecartees, importation.dedoublonnees = self.ecartees, self.dedoublonnees
        importation.rejets = sorted(self._motifs.values(), key=lambda compte: -compte["nombre"])
        importation.avertissements = [*self.avertissements, *self._phrases_des_vidages()]

    def _phrases_des_vidages(self) -> list[str]:
        return [
            f"Colonne « {v['colonne']} », {nombre(v['nombre'])} fois : {v['motif']} "
            f"(ligne {', '.join(map(str, v['lignes']))}{'…' if v['nombre'] > len(v['lignes']) else ''})."
            for v in sorted(self._vidages.values(), key=lambda v: -v["nombre"])
        ]

    def enregistrer_quarantaine(self, importation: Import) -> None:
        Quarantaine.objects.bulk_create(
            (
                Quarantaine(
                    importation=importation,
                    ligne=rejet.ligne,
                    colonne=(rejet.colonne or "")[:200],
                    # PostgreSQL text cannot hold NUL, which may be the very fault of the value.
                    valeur=(rejet.valeur or "").replace("\x00", "\\0")[:200],
                    motif=rejet.motif[:300],
                )
                for rejet in self.quarantaine
            ),
            batch_size=1000,
        )
