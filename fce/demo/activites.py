"""Activities of the invented companies (``activites.csv``): official codes, weight, and trade words for company names.

Codes are INSEE's. The match between NAF 2025 and NAF rév. 2 is guessed from the labels, which suits invented companies
only. Before 1993 there is no code, as in most real histories.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

NAF1993_DEPUIS = date(1993, 1, 1)
NAFREV1_DEPUIS = date(2003, 1, 1)
NAFREV2_DEPUIS = date(2008, 1, 1)
CHANGEMENTS_DE_NOMENCLATURE = (NAF1993_DEPUIS, NAFREV1_DEPUIS, NAFREV2_DEPUIS)

SANS_CONVENTION = "9999"
"""DSN code when no collective agreement applies (public bodies, some liberal trades)."""


@dataclass(frozen=True, slots=True)
class Activite:
    """One trade, with its code in each nomenclature and the collective agreement (IDCC) that employers apply."""

    naf: str
    naf25: str
    naf_rev1: str
    naf_1993: str
    poids: int
    famille: str
    mots: tuple[str, ...]
    idcc: str

    def code_au(self, jour: date) -> tuple[str, str]:
        """Return ``(code, nomenclature)`` in force on a day; two empty texts before 1993."""
        if jour >= NAFREV2_DEPUIS:
            return self.naf, "NAFRev2"
        if jour >= NAFREV1_DEPUIS:
            return self.naf_rev1, "NAFRev1"
        if jour >= NAF1993_DEPUIS:
            return self.naf_1993, "NAF1993"
        return "", ""


@cache
def toutes() -> tuple[Activite, ...]:
    with Path(__file__).with_name("activites.csv").open(encoding="utf-8", newline="") as flux:
        return tuple(map(_activite, csv.DictReader(flux, delimiter=";")))


@cache
def par_famille(*familles: str) -> tuple[Activite, ...]:
    return tuple(activite for activite in toutes() if activite.famille in familles)


@cache
def activite(naf: str) -> Activite:
    """Return the activity of a NAF rév. 2 code. Raises ``KeyError``."""
    for candidate in toutes():
        if candidate.naf == naf:
            return candidate
    raise KeyError(naf)


def _activite(ligne: dict[str, str]) -> Activite:
    return Activite(**ligne | {"poids": int(ligne["poids"]), "mots": tuple(ligne["mots"].split(","))})  # type: ignore[arg-type]
