"""Type the texts of a batch, and set aside the rows with unreadable values.

Nothing is inferred: a value not of its declared type sets its row aside, for the first faulty column. A tolerant source
empties the value and keeps the row, unless the value is a key or mandatory.
"""

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from fce.socle.texte import paris
from fce.sources import champs
from fce.sources.champs import Champ
from fce.sources.lecture.cles import cle_juste, nombres_des_cles, normaliser_cles
from fce.sources.lecture.commande import Lisible
from fce.sources.lecture.indices import Indices
from fce.sources.lecture.lot import LONGUEUR_VALEUR, Rejet
from fce.sources.lecture.nettoyage import normaliser
from fce.sources.lecture.types import lecture, motif, relecture, type_polars

ANNEES_FUTURES = 2
# Dates before the year 1000 are typing errors ("0201" for "2010") that would spoil charts.
_PREMIERE_ANNEE = 1000


@dataclass(slots=True)
class _Faute:
    champ: Champ
    masque: pl.Series
    motif: str | None = None


@dataclass(slots=True)
class Typage:
    source: Lisible
    chemin: Path
    noms: dict[str, str] = field(default_factory=dict)
    aujourd_hui: datetime.date = field(default_factory=paris.aujourd_hui)
    _inattendues: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    def typer(self, brut: pl.DataFrame, indices: Indices) -> tuple[pl.DataFrame, list[Rejet], list[Rejet]]:
        """``brut``: text columns named by attribute, and ``ligne``.

        Returns the typed rows, the rows set aside, and the values emptied in kept rows (tolerant source).
        """
        textes = normaliser(self.source, brut, indices, self.noms)
        lignes = textes["ligne"]
        presents = {
            a: c
            for a, c in self.source.champs.items()
            if a in textes.columns and textes[a].null_count() < textes.height
        }
        types = textes.select(lecture(c).alias(a) for a, c in presents.items())
        colonnes: dict[str, pl.Series] = {a: types[a] for a in presents}
        fautes: list[_Faute] = []
        nombres: dict[str, npt.NDArray[np.int64]] = {}
        for attribut, champ in presents.items():
            texte = textes[attribut]
            if isinstance(champ, champs.Siren | champs.Siret):
                longueur = 9 if isinstance(champ, champs.Siren) else 14
                cles = normaliser_cles(texte, longueur, self.chemin, self._nom(champ), lignes)
                nombres[attribut] = nombres_des_cles(cles, longueur)
                colonnes[attribut] = cles
                fautes.append(_Faute(champ, pl.Series(~cle_juste(nombres[attribut], longueur)) & texte.is_not_null()))
            elif types[attribut].null_count() > texte.null_count():
                colonnes[attribut] = relecture(champ, texte)
            fautes += self._fautes(champ, texte, colonnes[attribut])
        fautes += self._fautes_de_presence(textes, presents)
        if {"siren", "siret"} <= nombres.keys():
            siren, siret = nombres["siren"], nombres["siret"]
            ecart = (siret // 100_000 != siren) & (siren > 0) & (siret > 0)
            fautes.append(_Faute(presents["siret"], pl.Series(ecart), "le SIRET ne commence pas par le SIREN"))
        self._noter_inattendues(textes, lignes)
        rejets, mauvaises = self._rejeter([f for f in fautes if not self._tolere(f.champ)], textes)
        vidages = []
        for faute in fautes:
            if self._tolere(faute.champ):
                masque = faute.masque.fill_null(False) & ~mauvaises
                attribut = faute.champ.attname
                vidages += self._constats(faute, masque, textes)
                colonnes[attribut] = colonnes[attribut].zip_with(~masque, colonnes[attribut].clear(textes.height))
        for attribut, champ in self.source.champs.items():
            if attribut not in presents:
                colonnes[attribut] = pl.repeat(None, textes.height, dtype=type_polars(champ), eager=True)
        tout = pl.DataFrame([colonnes[a].alias(a) for a in self.source.champs] + [lignes])
        return (tout.filter(~mauvaises) if rejets else tout), rejets, vidages

    def _nom(self, champ: Champ) -> str:
        return self.noms.get(champ.attname) or champ.colonne or champ.libelle

    def _tolere(self, champ: Champ) -> bool:
        return (
            self.source.tolerante
            and champ.attname not in self.source.obligatoires
            and champ.attname not in self.source.cle
            and not isinstance(champ, champs.Siren | champs.Siret)
        )

    def avertissements(self) -> list[str]:
        return [
            f"Colonne « {colonne} » : {nombre} valeur(s) inattendue(s), par exemple « {exemple} » ligne {ligne}."
            for colonne, (nombre, ligne, exemple) in self._inattendues.items()
        ]

    def _fautes(self, champ: Champ, texte: pl.Series, valeurs: pl.Series) -> list[_Faute]:
        fautes = []
        if valeurs.null_count() > texte.null_count():
            illisibles = valeurs.is_null() & texte.is_not_null()
            if self.source.fichier.nuls:
                illisibles &= ~texte.is_in(list(self.source.fichier.nuls))
            fautes.append(_Faute(champ, illisibles))
        if valeurs.null_count() == valeurs.len():
            return fautes
        if isinstance(champ, champs.Jour | champs.Horodatage):
            premiere: Any = valeurs.min()
            derniere: Any = valeurs.max()
            limite = 9999 if isinstance(champ, champs.Jour) and champ.futur else self.aujourd_hui.year + ANNEES_FUTURES
            if derniere.year > limite:
                fautes.append(_Faute(champ, valeurs.dt.year() > limite, "date trop lointaine dans le futur"))
            if premiere.year < _PREMIERE_ANNEE:
                fautes.append(_Faute(champ, valeurs.dt.year() < _PREMIERE_ANNEE, "date antérieure à l'an 1000"))
        if isinstance(champ, champs.Entier) and champ.minimum is not None:
            fautes.append(_Faute(champ, valeurs < champ.minimum, f"nombre inférieur à {champ.minimum}"))
        return fautes

    def _fautes_de_presence(self, textes: pl.DataFrame, presents: dict[str, Champ]) -> list[_Faute]:
        fautes = []
        for attribut, champ in self.source.champs.items():
            if attribut not in self.source.obligatoires:
                continue
            if attribut not in presents:
                fautes.append(_Faute(champ, pl.repeat(True, textes.height, eager=True), "valeur obligatoire absente"))
            elif textes[attribut].null_count():
                fautes.append(_Faute(champ, textes[attribut].is_null(), "valeur obligatoire absente"))
        return fautes

    def _noter_inattendues(self, textes: pl.DataFrame, lignes: pl.Series) -> None:
        for attribut, champ in self.source.champs.items():
            if not champ.attendues or attribut not in textes.columns:
                continue
            rangs = (~textes[attribut].is_in(list(champ.attendues)).fill_null(False)).arg_true()
            if len(rangs):
                nombre, ligne, exemple = self._inattendues.get(
                    self._nom(champ), (0, int(lignes[rangs[0]]), (textes[attribut][rangs[0]] or "vide")[:40])
                )
                self._inattendues[self._nom(champ)] = (nombre + len(rangs), ligne, exemple)

    def _rejeter(self, fautes: list[_Faute], textes: pl.DataFrame) -> tuple[list[Rejet], pl.Series]:
        """One rejection per row: its first faulty column, in declared order."""
        mauvaises = pl.repeat(False, textes.height, eager=True)
        rejets: list[Rejet] = []
        for faute in fautes:
            nouvelles = faute.masque.fill_null(False) & ~mauvaises
            mauvaises |= nouvelles
            rejets += self._constats(faute, nouvelles, textes)
        rejets.sort(key=lambda r: r.ligne)
        return rejets, mauvaises

    def _constats(self, faute: _Faute, masque: pl.Series, textes: pl.DataFrame) -> list[Rejet]:
        rangs = masque.arg_true()
        if not len(rangs):
            return []
        champ = faute.champ
        vus = textes[champ.attname].gather(rangs).to_list() if champ.attname in textes.columns else [None] * len(rangs)
        cle = isinstance(champ, champs.Siren | champs.Siret)
        return [
            Rejet(ligne, self._nom(champ), vu and vu[:LONGUEUR_VALEUR], faute.motif or motif(champ, vu or ""), cle)
            for ligne, vu in zip(textes["ligne"].gather(rangs).to_list(), vus, strict=True)
        ]
