"""Register codes of the clerks' offices (greffes) of commercial courts: the second part of an EUID."""

import re
from functools import lru_cache

from fce.referentiels.tables import lignes_de
from fce.socle.texte.pliage import plier

_TRIBUNAL = re.compile(
    r"(?:greffe )?(?:(?:du|des) )?tribunal (?:de commerce|des activites economiques|mixte de commerce) "
    r"(?:de la |de l |des |du |de |d )?(.+)"
)
_ARTICLE = re.compile(r"^(?:le|la|les|l) ")


def code(tribunal: str | None) -> str | None:
    """Code of the court that a notice names (« GREFFE DU TRIBUNAL DE COMMERCE DE PARIS » → 7501); None when the court
    is not in our list, or is not a commercial court."""
    nomme = _TRIBUNAL.fullmatch(plier(tribunal or ""))
    return _codes().get(_cle(nomme[1])) if nomme else None


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {_cle(plier(siege)): code for code, siege in lignes_de("greffes.csv")}


def _cle(siege: str) -> str:
    """« du Havre » and « Le Havre » are the same court."""
    return _ARTICLE.sub("", siege)
