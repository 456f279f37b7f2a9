"""A plan: what to read of a source for a unit and a reader, in which form, and how many rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from fce.fiche.unite.perimetre import Perimetre
from fce.fiche.unite.unite_visee import Unite
from fce.socle.base.branches import Branche
from fce.sources import champs
from fce.sources.declaration import Source


class Forme(Enum):
    """Form of the rows: as they are, or added up by the database per establishment or per date."""

    LIGNES = "lignes"
    PAR_ETABLISSEMENT = "par_etablissement"
    PAR_DATE = "par_date"


@dataclass(frozen=True, slots=True)
class Fenetre:
    """Rows wanted: ``limite`` (None: what the presentation needs), ``decalage``, ``tri`` (attribute, ``-`` first:
    descending).

    ``sommer``: maximum rows to add up; 0: the maximum of a page.
    """

    limite: int | None = None
    decalage: int = 0
    tri: str = ""
    sommer: int = 0


class Plan(NamedTuple):
    """What to read of ``source`` for ``unite``. ``branche`` is None when nothing may or need be read. A tuple, three
    times faster to make than a frozen dataclass: a sheet has a hundred.

    ``cle``: attribute of the unit that a row is about; ``siret``: that of the establishment, "" without one. ``unite``:
    as known so far, situated once its rows are read. ``perimetre``: scope of the rows. ``ensemble``: query of the
    counts and sums of a company, when ``branche`` reads a part of it.
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
        """Whether rows are shown one per establishment."""
        return self.unite.entreprise and self.source.regroupement is not None and bool(self.siret)

    @property
    def situable(self) -> bool:
        """Whether rows name their establishment: one each, or told so by the declaration."""
        declare = getattr(self.source.presentation, "lieux", False)
        return self.groupable or (self.unite.entreprise and declare and bool(self.siret))
