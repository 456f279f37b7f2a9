"""From a code of the NAF rév. 2 to those of the NAF 2025 and back, as the units of the stock that bear both say it.

INSEE publishes no table of correspondence: none is invented. What was counted in the last stock that carries both codes
stays with the index, so that a saved address still leads somewhere once the file bears the new one alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fce.referentiels import naf

Paires = Sequence[tuple[str, str, int]]
"""(code of the NAF rév. 2, code of the NAF 2025, companies that bear both)."""
PART_MIN = 1
"""Percentage of the units below which a code is not worth showing."""
NOMS = {naf.NAF_REV_2: "NAF rév. 2", naf.NAF_2025: "NAF 2025"}


@dataclass(frozen=True, slots=True)
class Correspondant:
    """A code of the other nomenclature, and the percentage of the units of the first code that bear it."""

    code: str
    nomenclature: str
    part: int

    @property
    def phrase(self) -> str:
        """« NAF 2025 : 10.71H, 96 % des unités »."""
        return f"{NOMS[self.nomenclature]} : {self.code}, {self.part} % des unités"


def nomenclature(code: str) -> str:
    """Return the nomenclature of a code; the NAF rév. 2 when both know it, which no sub-class is."""
    return naf.NAF_REV_2 if naf.libelle(code) else naf.NAF_2025


def correspondants(paires: Iterable[Sequence[str | int]], code: str) -> list[Correspondant]:
    """Return the codes of the other nomenclature that the units of a sub-class bear, the most frequent first."""
    ancien = nomenclature(code) == naf.NAF_REV_2
    nombres: Counter[str] = Counter()
    for rev2, naf25, nombre in paires:
        if (rev2 if ancien else naf25) == code:
            nombres[str(naf25 if ancien else rev2)] += int(nombre)
    total = nombres.total()
    autre = naf.NAF_2025 if ancien else naf.NAF_REV_2
    lus = [Correspondant(c, autre, 100 * n // total) for c, n in sorted(nombres.items(), key=lambda x: (-x[1], x[0]))]
    return [c for c in lus if c.part >= PART_MIN]
