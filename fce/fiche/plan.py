"""A plan: what is read of a source for a unit and a reader, in which form, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from fce.entreprises.diffusion import Regime
from fce.fiche.perimetre import Perimetre
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


@dataclass(frozen=True, slots=True)
class Regimes:
    """Diffusion of the unit of the sheet, and of the establishments of the company that are masked on their own."""

    unite: Regime
    masques: frozenset[str] | None = frozenset()
    masque: Regime = Regime.PHYSIQUE

    def de(self, siret: str | None) -> Regime:
        """Regime of a row. ``masques`` None: unknown, every row about an establishment is masked."""
        if self.unite is not Regime.OUVERT or siret is None:
            return self.unite
        return self.masque if self.masques is None or siret in self.masques else self.unite


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be read of ``source`` for the unit ``numero``. ``branche`` is None when nothing may or need be.

    ``cle``: attribute that says whom a row is about; ``siret``: that of the establishment, "" without one.
    ``regimes``: diffusion of what was read; None: unknown, hence masked. ``perimetre``: what its rows are about.
    ``ensemble``: of a company of which ``branche`` reads a part, what its counts and sums are made of (``ensemble``).
    """

    source: Source
    numero: str
    lisibles: Mapping[str, champs.Champ]
    perimetre: Perimetre
    forme: Forme = Forme.LIGNES
    branche: Branche | None = None
    cle: str = ""
    siret: str = ""
    limite: int = 0
    regimes: Regimes | None = None
    ensemble: Branche | None = None

    @property
    def entreprise(self) -> bool:
        """The sheet is that of a company."""
        return len(self.numero) == 9

    @property
    def groupable(self) -> bool:
        """Rows are shown one per establishment."""
        return self.entreprise and self.source.regroupement is not None and bool(self.siret)

    @property
    def regimes_connus(self) -> Regimes:
        """``regimes``, or those that mask everything."""
        return self.regimes or Regimes(Regime.PHYSIQUE)
