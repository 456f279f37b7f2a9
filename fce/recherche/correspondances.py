"""From a code of the NAF rév. 2 to those of the NAF 2025 and back, as the units of the stock that bear both say it.

INSEE publishes no table of correspondence: none is invented. What was counted in the last stock that carries both codes
stays with the index, so that a saved address still leads somewhere once the file bears the new one alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fce.recherche import activites
from fce.recherche.activites import NOMS
from fce.referentiels import naf

Paires = Sequence[tuple[str, str, int]]
"""(code of the NAF rév. 2, code of the NAF 2025, companies that bear both)."""
PART_MIN = 1
"""Percentage of the units below which a code is not worth showing."""


@dataclass(frozen=True, slots=True)
class Correspondant:
    """A code of the other nomenclature, and the percentage of the units of the first code that bear it."""

    code: str
    nomenclature: str
    part: int

    @property
    def phrase(self) -> str:
        """« NAF 2025 : 10.71H, 96 % des unités »."""
        lu = self.code.removeprefix(activites.MARQUE)
        return f"{NOMS[self.nomenclature]} : {lu}, {self.part} % des unités"


def correspondants(paires: Iterable[Sequence[str | int]], code: str) -> list[Correspondant]:
    """Return the codes of the other nomenclature, of the same level, that the units of a code bear, the most frequent
    first."""
    rang = len(activites.ancetres(code)) - 1
    ancien = activites.nomenclature(code) == naf.NAF_REV_2
    nombres: Counter[str] = Counter()
    for rev2, naf25, nombre in paires:
        sien, sienne = (rev2, naf25) if ancien else (naf25, rev2)
        if rang >= 0 and activites.ancetres(str(sien))[rang : rang + 1] == (code,):
            nombres.update({c: int(nombre) for c in activites.ancetres(str(sienne))[rang : rang + 1]})
    total = nombres.total()
    autre = naf.NAF_2025 if ancien else naf.NAF_REV_2
    lus = [Correspondant(c, autre, 100 * n // total) for c, n in sorted(nombres.items(), key=lambda x: (-x[1], x[0]))]
    return [c for c in lus if c.part >= PART_MIN]


def les_plus_fournies(avant: Paires, maintenant: Paires) -> list[tuple[str, str, int]]:
    """Return, for each code of the NAF rév. 2, the pairs counted on most companies: those of the last index, or now.

    After the switch, a daily file may still bring a few companies that bear both codes: what they say of a code is not
    worth what a whole stock said.
    """
    par_code: dict[str, list[list[tuple[str, str, int]]]] = {}
    for rang, paires in enumerate((avant, maintenant)):
        for rev2, naf25, nombre in paires:
            par_code.setdefault(rev2, [[], []])[rang].append((rev2, naf25, nombre))
    gardees = (max(reversed(lues), key=lambda p: sum(n for *_, n in p)) for _, lues in sorted(par_code.items()))
    return [paire for paires in gardees for paire in paires]
