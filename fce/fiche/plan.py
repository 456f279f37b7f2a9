"""A plan: what is read of a source for a unit and a reader, in which form, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from fce.fiche.perimetre import Perimetre
from fce.fiche.unite import Unite
from fce.socle.branches import Branche
from fce.sources import champs
from fce.sources.declaration import Source


class Forme(Enum):
    """How rows come: as they are, one per establishment, or one per date (both added up by the database)."""

    LIGNES = "lignes"
    PAR_ETABLISSEMENT = "par_etablissement"
    PAR_DATE = "par_date"


@dataclass(frozen=True, slots=True)
class Fenetre:
    """Rows wanted: ``limite`` (None: what the presentation needs), ``decalage``, ``tri`` (attribute, ``-`` first).

    ``sommer``: rows to add up at most; 0: what a sheet waits for.
    """

    limite: int | None = None
    decalage: int = 0
    tri: str = ""
    sommer: int = 0


class Plan(NamedTuple):
    """What will be read of ``source`` for ``unite``. ``branche`` is None when nothing may or need be.

    A tuple, made three times as fast as a frozen dataclass: a sheet has a hundred.

    ``cle``: attribute that says whom a row is about; ``siret``: that of the establishment, "" without one.
    ``unite``: as it is known, situated once its rows are read. ``perimetre``: what its rows are about.
    ``ensemble``: of a company of which ``branche`` reads a part, what its counts and sums are made of (``ensemble``).
    """

    source: Source
    unite: Unite
    lisibles: Mapping[str, champs.Champ]
    perimetre: Perimetre
    forme: Forme = Forme.LIGNES
    branche: Branche | None = None
    cle: str = ""
    siret: str = ""
    limite: int = 0
    ensemble: Branche | None = None

    @property
    def groupable(self) -> bool:
        """Rows are shown one per establishment."""
        return self.unite.entreprise and self.source.regroupement is not None and bool(self.siret)
