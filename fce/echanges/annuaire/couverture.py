"""Which places an entry of the directory covers: départements, or communes that take their place. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from fce.droits.acteurs import FRANCE
from fce.referentiels.territoires import decoupage
from fce.socle.erreurs import ParametreInvalide

_SEPARATEURS: Final = re.compile(r"[\s,;|]+")


class Echelon(IntEnum):
    """How near a service is to a place, the nearest first."""

    COMMUNE = 1
    DEPARTEMENT = 2
    FRANCE = 3


@dataclass(frozen=True, slots=True)
class LieuCouvert:
    """Where an establishment is. ``communes``: its INSEE code and that of the commune of today, which differ in Paris,
    Lyon, Marseille and where communes have merged; ``departement``: that of the commune of today."""

    communes: frozenset[str]
    departement: str


def lieu_de(commune: str | None) -> LieuCouvert | None:
    """The place of a commune code; None when the code is unknown, or hidden."""
    connue = decoupage.commune(commune)
    if connue is None:
        return None
    return LieuCouvert(frozenset({connue.code, connue.actuelle}), connue.departement)


def couvre(territoire: Collection[str], communes: Collection[str], lieu: LieuCouvert) -> Echelon | None:
    """How an entry covers a place, None when it does not: its communes, if it has some, take the place of its
    territory."""
    if communes:
        return None if lieu.communes.isdisjoint(communes) else Echelon.COMMUNE
    if lieu.departement in territoire:
        return Echelon.DEPARTEMENT
    return Echelon.FRANCE if FRANCE in territoire else None


def lire_communes(texte: str) -> tuple[str, ...]:
    """INSEE codes of communes in a text, each led to the commune of today, arrondissements as they are, sorted.

    Raises ParametreInvalide with those that no commune bears.
    """
    mots = [mot.upper() for mot in _SEPARATEURS.split(texte) if mot]
    inconnus = [mot for mot in mots if decoupage.commune(mot) is None]
    if inconnus:
        raise ParametreInvalide(
            f"Aucune commune n’a ce code Insee : {', '.join(f'« {mot[:10]} »' for mot in inconnus[:5])}. Un code Insee "
            "a cinq signes (59350 pour Lille) et n’est pas le code postal."
        )
    return ranger(mots)


def ranger(codes: Iterable[str]) -> tuple[str, ...]:
    """Known codes of communes as an entry keeps them."""
    connues = [c for code in codes if (c := decoupage.commune(code)) is not None]
    return tuple(sorted({c.code if c.type == "arrondissement" else c.actuelle for c in connues}))


def departements_de(territoire: Iterable[str], communes: Collection[str]) -> tuple[str, ...]:
    """Départements where an entry covers something, sorted, or FR."""
    if not communes:
        return tuple(sorted(territoire))
    return tuple(sorted({c.departement for code in communes if (c := decoupage.commune(code)) is not None}))
