"""Tranches d'effectifs salariés (Insee): ``NN`` not an employer, ``00`` none at year end, ``01`` … ``53`` by size."""

import re
from collections.abc import Sequence
from functools import lru_cache

from fce.referentiels.libelle import Libelle
from fce.referentiels.tables import lignes_de
from fce.socle.texte.formats import nombre, pluriel

_NOMBRE = re.compile(r"\d+(?: \d{3})*")


@lru_cache(maxsize=1)
def _libelles() -> dict[str, str]:
    return dict(lignes_de("effectifs.csv"))


@lru_cache(maxsize=1)
def _rangs() -> dict[str, int]:
    """Start at -1, because ``NN`` comes first in the file."""
    return {code: rang for rang, code in enumerate(_libelles(), start=-1)}


def libelle(code: str | None) -> str | None:
    """Label of a band (``11`` → « 10 à 19 salariés »), or None."""
    return _libelles().get(code.strip()) if code else None


def liste() -> list[Libelle]:
    """The 16 bands, smallest first."""
    return [Libelle(code, nom) for code, nom in _libelles().items()]


def rang(code: str | None) -> int:
    """Rank by size: 0 for ``00``, 14 for ``53``, -1 for ``NN``, missing or unknown."""
    return _rangs().get(code.strip(), -1) if code else -1


def bornes(code: str) -> tuple[int, int | None] | None:
    """Lowest and highest head count of a band (``11`` → 10, 19); no highest for ``53``. None for ``NN`` or unknown."""
    nombres = [int(n.replace(" ", "")) for n in _NOMBRE.findall(libelle(code) or "")]
    if not nombres:
        return None
    return nombres[0], None if (libelle(code) or "").endswith("et plus") else nombres[-1]


def ecrire_ensemble(codes: Sequence[str]) -> str | None:
    """Label of several bands that follow each other (« 20 à 199 salariés »); None for any others."""
    rangs = sorted(map(rang, codes))
    if len(rangs) < 2 or rangs != [*range(rangs[0], rangs[0] + len(rangs))]:
        return None
    ordonnes = sorted(codes, key=rang)
    if rangs[-1] <= 0:
        return "Aucun salarié"
    (bas, _), (_, haut) = bornes(ordonnes[0]) or (0, 0), bornes(ordonnes[-1]) or (0, 0)
    if haut is None:
        return f"{pluriel(bas, 'salarié', 'salariés')} et plus"
    return f"{nombre(bas)} à {pluriel(haut, 'salarié', 'salariés')}"
