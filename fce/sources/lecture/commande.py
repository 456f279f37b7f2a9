"""What a child process must know of a source to read its file: the columns and the layout, nothing of Django's models.

A declaration refers to its model, its rules, its page: none of it is needed to read, and most cannot be sent.
"""

import copy
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property

from fce.sources.champs import Champ
from fce.sources.declaration import Source
from fce.sources.fichier import Auto, Csv, Lecteur, ParPaquets, Parquet

# The model of the field, and what labels its codes on a page.
_INUTILES = ("model", "nomenclature", "libeller")


@dataclass(frozen=True, slots=True)
class SourceLue:
    """The part of a ``Source`` that the readers look at, under the same names."""

    nom: str
    fichier: Csv | Parquet | Auto | Lecteur
    champs: dict[str, Champ]
    colonnes: dict[str, str]
    cle: Sequence[str]
    obligatoires: frozenset[str]
    tolerante: bool
    layout_partiel: bool


Lisible = Source | SourceLue


def resumer(source: Source) -> SourceLue:
    """The part of ``source`` that can be sent to a process that knows neither the settings nor the catalogue."""
    return SourceLue(
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
    """(package, its folders) of the packages that hold the reader of ``source``, maybe from ``FCE_CATALOGUES``."""
    if not isinstance(source.fichier, Lecteur):
        return []
    fonction = source.fichier.fonction
    morceaux = (fonction.paquets if isinstance(fonction, ParPaquets) else fonction).__module__.split(".")
    noms = [".".join(morceaux[:rang]) for rang in range(1, len(morceaux))]
    return [(nom, list(sys.modules[nom].__path__)) for nom in noms if hasattr(sys.modules.get(nom), "__path__")]


def _sans_modele(champ: Champ) -> Champ:
    seul = copy.copy(champ)
    for nom in [*seul.__dict__]:
        # What Django worked out for a query holds the model again.
        if nom in _INUTILES or isinstance(getattr(type(champ), nom, None), cached_property):
            del seul.__dict__[nom]
    return seul
