"""Foreign countries and territories (COG, Insee): codes 99xxx of ``codePaysEtrangerEtablissement``."""

from functools import lru_cache

from fce.referentiels.libelle import Libelle
from fce.referentiels.tables import lignes_de


@lru_cache(maxsize=1)
def _libelles() -> dict[str, str]:
    return dict(lignes_de("pays.csv"))


def libelle(code_insee: str | None) -> str | None:
    return _libelles().get(code_insee.strip()) if code_insee else None


def liste() -> list[Libelle]:
    return [Libelle(code, nom) for code, nom in _libelles().items()]
