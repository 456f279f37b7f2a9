"""Static ranks and sizes: what is put first among results that answer alike."""

from functools import lru_cache
from math import log10

from fce.referentiels import effectifs

_POINTS_CATEGORIE = {"GE": 16, "ETI": 8, "PME": 1}


def rang_d_une_entreprise(
    etat: str | None, tranche: str | None, categorie: str | None, employeur: bool | None, ouverts: int
) -> int:
    """Static rank of a company, 0 (ceased) to about 90 (largest): active, head-count, category, open establishments."""
    if etat != "A":
        return 0
    rang = 4 + 3 * _rang_effectif(tranche) + _POINTS_CATEGORIE.get(categorie or "", 0)
    if ouverts > 1:
        rang += min(24, round(6 * log10(ouverts)))
    return rang + (3 if employeur else 0)


def rang_d_un_etablissement(
    etat: str | None, tranche: str | None, siege: bool | None, employeur: bool | None, categorie: str | None
) -> int:
    """Static rank of an establishment, same scale: open, head-count, siège, employer, category of the company."""
    if etat != "A":
        return 0
    rang = 4 + 3 * _rang_effectif(tranche) + _POINTS_CATEGORIE.get(categorie or "", 0) // 2
    return rang + (3 if siege else 0) + (3 if employeur else 0)


@lru_cache(maxsize=64)
def effectif(tranche: str | None) -> int | None:
    """A head-count to sort by, None when it is not known.

    « NN » is known: it has never had an employee in the year, which is less than « 00 », none on its last day.
    """
    return effectifs.rang(tranche) + 1 if tranche and effectifs.libelle(tranche) else None


@lru_cache(maxsize=64)
def _rang_effectif(tranche: str | None) -> int:
    return max(0, effectifs.rang(tranche)) if tranche else 0
