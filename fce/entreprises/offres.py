"""Names of companies offered to other rooms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from fce.entreprises.selectors import entreprises
from fce.socle.offres import Offres


def _noms(sirens: Iterable[str]) -> Mapping[str, str]:
    return {siren: vue.nom for siren, vue in entreprises(sirens).items()}


OFFRES: Final = (Offres(noms=_noms),)
