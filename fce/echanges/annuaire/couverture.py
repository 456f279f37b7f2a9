"""Places covered by an entry of the directory: départements, or communes that replace them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from enum import IntEnum
from typing import Final, NamedTuple

from fce.droits.habilitations.acteurs import FRANCE
from fce.referentiels.territoires import decoupage
from fce.socle.erreurs import ParametreInvalide

_SEPARATEURS: Final = re.compile(r"[\s,;|]+")


class Echelon(IntEnum):
    """How near a service is to a place, nearest first."""

    COMMUNE = 1
    DEPARTEMENT = 2
    FRANCE = 3


class LieuCouvert(NamedTuple):
    """Place of an establishment. ``communes``: its INSEE code and that of the present commune, which differ in Paris,
    Lyon, Marseille and where communes have merged; ``departement``: that of the present commune."""

    communes: frozenset[str]
    departement: str


def lieu_de(commune: str | None) -> LieuCouvert | None:
    """Place of a commune code; None when the code is unknown or hidden."""
    connue = decoupage.commune(commune)
    if connue is None:
        return None
    return LieuCouvert(frozenset({connue.code, connue.actuelle}), connue.departement)


def couvre(territoire: Collection[str], communes: Collection[str], lieu: LieuCouvert) -> Echelon | None:
    """How an entry covers a place; None when it does not. Communes, if any, replace the territory."""
    if communes:
        return None if lieu.communes.isdisjoint(communes) else Echelon.COMMUNE
    if lieu.departement in territoire:
        return Echelon.DEPARTEMENT
    return Echelon.FRANCE if FRANCE in territoire else None


def lire_communes(texte: str) -> tuple[str, ...]:
    """Parse INSEE codes of communes into sorted present ones, arrondissements unchanged.

    Raises ParametreInvalide with the unknown codes.
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
    """Known commune codes, in the form that an entry stores."""
    connues = [c for code in codes if (c := decoupage.commune(code)) is not None]
    return tuple(sorted({c.code if c.type == "arrondissement" else c.actuelle for c in connues}))


def departements_de(territoire: Iterable[str], communes: Collection[str]) -> tuple[str, ...]:
    """Départements where an entry covers something, sorted, or FR."""
    if not communes:
        return tuple(sorted(territoire))
    return tuple(sorted({c.departement for code in communes if (c := decoupage.commune(code)) is not None}))
