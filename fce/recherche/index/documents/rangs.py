"""Static ranks and sizes, which order equally relevant results."""

from math import log10

from fce.referentiels import effectifs

_POINTS_CATEGORIE = {"GE": 16, "ETI": 8, "PME": 1}


def rang_d_une_entreprise(
    etat: str | None, tranche: str | None, categorie: str | None, employeur: bool | None, ouverts: int
) -> int:
    """Return a company's static rank, 0 (ceased) to about 90 (largest), from state, head count, category and open
    establishments."""
    if etat != "A":
        return 0
    rang = 4 + 3 * _rang_effectif(tranche) + _POINTS_CATEGORIE.get(categorie or "", 0)
    if ouverts > 1:
        rang += min(24, round(6 * log10(ouverts)))
    return rang + (3 if employeur else 0)


def rang_d_un_etablissement(
    etat: str | None, tranche: str | None, siege: bool | None, employeur: bool | None, categorie: str | None
) -> int:
    """Return an establishment's static rank, same scale, from state, head count, siège, employer and company
    category."""
    if etat != "A":
        return 0
    rang = 4 + 3 * _rang_effectif(tranche) + _POINTS_CATEGORIE.get(categorie or "", 0) // 2
    return rang + (3 if siege else 0) + (3 if employeur else 0)


def effectif(tranche: str | None) -> int | None:
    """Return a head count to sort by, None when unknown. « NN » (no employee all year) sorts below « 00 » (none on the
    last day)."""
    return effectifs.rang(tranche) + 1 if tranche and effectifs.libelle(tranche) else None


def _rang_effectif(tranche: str | None) -> int:
    return max(0, effectifs.rang(tranche)) if tranche else 0
