"""Correspondence between NAF rév. 2 and NAF 2025 codes, counted on the units that have both.

INSEE publishes no table. The counts of the last stock with both codes stay in the index, so that saved URLs still work
once files have only the new code.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fce.recherche.engines.port import Manifeste
from fce.referentiels import activites, naf
from fce.referentiels.activites import NOMS

Paires = Sequence[tuple[str, str, int]]
"""(NAF rév. 2 code, NAF 2025 code, companies with both)."""
PART_MIN = 1
"""Percentage below which a code is not shown."""


@dataclass(frozen=True, slots=True)
class Correspondant:
    """A code of the other nomenclature, and the percentage of units that have it."""

    code: str
    nomenclature: str
    part: int

    @property
    def phrase(self) -> str:
        """« NAF 2025 : 10.71H, 96 % des unités »."""
        code = self.code.removeprefix(activites.MARQUE)
        return f"{NOMS[self.nomenclature]} : {code}, {self.part} % des unités"


def correspondants(paires: Iterable[Sequence[str | int]], code: str) -> list[Correspondant]:
    """Return the codes of the same level in the other nomenclature, most frequent first."""
    rang = len(activites.ancetres(code)) - 1
    ancien = activites.nomenclature(code) == naf.NAF_REV_2
    nombres: Counter[str] = Counter()
    for rev2, naf25, nombre in paires:
        sien, sienne = (rev2, naf25) if ancien else (naf25, rev2)
        if rang >= 0 and activites.ancetres(str(sien))[rang : rang + 1] == (code,):
            nombres.update({c: int(nombre) for c in activites.ancetres(str(sienne))[rang : rang + 1]})
    total = nombres.total()
    autre = naf.NAF_2025 if ancien else naf.NAF_REV_2
    tous = [Correspondant(c, autre, 100 * n // total) for c, n in sorted(nombres.items(), key=lambda x: (-x[1], x[0]))]
    return [c for c in tous if c.part >= PART_MIN]


def nomenclature_de_tete(manifeste: Manifeste | None) -> str:
    """Return the nomenclature of the principal activity of most indexed companies."""
    return str(manifeste.extra.get("naf_de_tete", naf.NAF_REV_2)) if manifeste else naf.NAF_REV_2


def en_vigueur(manifeste: Manifeste | None, code: str) -> str:
    """Return an activity in the nomenclature that companies bear: once the NAF 2025 leads in the index, the NAF 2025
    code that most units of a NAF rév. 2 code have; otherwise the code itself."""
    nomenclatures = (activites.nomenclature(code), nomenclature_de_tete(manifeste))
    if manifeste is None or nomenclatures != (naf.NAF_REV_2, naf.NAF_2025):
        return code
    return next((autre.code for autre in correspondants(manifeste.extra.get("naf", ()), code)), code)


def les_plus_fournies(avant: Paires, maintenant: Paires) -> list[tuple[str, str, int]]:
    """For each NAF rév. 2 code, keep the pairs counted on more companies: the last index's or the current ones. After
    the switch, daily files bring only a few companies with both codes, less reliable than a whole stock."""
    par_code: dict[str, list[list[tuple[str, str, int]]]] = {}
    for rang, paires in enumerate((avant, maintenant)):
        for rev2, naf25, nombre in paires:
            par_code.setdefault(rev2, [[], []])[rang].append((rev2, naf25, nombre))
    gardees = (max(reversed(comptes), key=lambda p: sum(n for *_, n in p)) for _, comptes in sorted(par_code.items()))
    return [paire for paires in gardees for paire in paires]
