"""The part of a source sent to the child process that reads its file: columns and layout.

The rest of a declaration (model, rules, pages) is useless to read, and mostly not picklable.
"""

import copy
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property

from fce.sources.champs import Champ
from fce.sources.declaration import Source
from fce.sources.fichier import Auto, Csv, Lecteur, ParPaquets, Parquet

# The model, and the labels of codes.
_INUTILES = ("model", "nomenclature", "libeller")


@dataclass(frozen=True, slots=True)
class ResumeDeSource:
    nom: str
    fichier: Csv | Parquet | Auto | Lecteur
    champs: dict[str, Champ]
    colonnes: dict[str, str]
    cle: Sequence[str]
    obligatoires: frozenset[str]
    tolerante: bool
    layout_partiel: bool


Lisible = Source | ResumeDeSource


def resumer(source: Source) -> ResumeDeSource:
    return ResumeDeSource(
        source.nom,
        source.fichier,
        {attribut: _sans_modele(champ) for attribut, champ in source.champs.items()},
        source.colonnes,
        source.cle,
        source.obligatoires,
        source.tolerante,
        source.layout_partiel,
    )


def dossiers_du_lecteur(source: Source) -> list[tuple[str, list[str]]]:
    """(package, folders) of the packages that hold the reader of ``source``, possibly in ``FCE_CATALOGUES``."""
    if not isinstance(source.fichier, Lecteur):
        return []
    fonction = source.fichier.fonction
    morceaux = (fonction.paquets if isinstance(fonction, ParPaquets) else fonction).__module__.split(".")
    noms = [".".join(morceaux[:rang]) for rang in range(1, len(morceaux))]
    return [(nom, list(sys.modules[nom].__path__)) for nom in noms if hasattr(sys.modules.get(nom), "__path__")]


def _sans_modele(champ: Champ) -> Champ:
    seul = copy.copy(champ)
    for nom in [*seul.__dict__]:
        # Values cached by Django for a query refer to the model.
        if nom in _INUTILES or isinstance(getattr(type(champ), nom, None), cached_property):
            del seul.__dict__[nom]
    return seul
