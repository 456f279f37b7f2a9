"""Names and numbers of units, offered to rooms that may not read Sirene."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from fce.donnees.entreprises.requetes import ETAB
from fce.donnees.entreprises.selectors import entreprises
from fce.socle.base import lectures
from fce.socle.web.offres import Offres

_DES_COMMUNES: Final = f"SELECT e.siret FROM {ETAB} e WHERE e.code_commune = ANY(%s)"  # noqa: S608


def _noms(sirens: Iterable[str]) -> Mapping[str, str]:
    return {siren: vue.nom for siren, vue in entreprises(sirens).items()}


def _sirets(communes: Collection[str]) -> Iterable[str]:
    return (siret for (siret,) in lectures.rangees(_DES_COMMUNES, [sorted(communes)]))


OFFRES: Final = (Offres(noms=_noms, sirets=_sirets),)
