"""Maps of establishments that a page lists: only those whose address everyone may read have a place on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from fce.donnees.entreprises.voisinage import positions
from fce.referentiels.carte import PEU, CarteDessinee, PointDeCarte, carte_des_points


class SiteDeCarte(NamedTuple):
    """A line of a page. ``numero``: SIRET, or SIREN of a whole company, which has no place; the rest: as
    ``PointDeCarte``."""

    numero: str
    nom: str
    lien: str
    alarme: bool = False
    ici: bool = False
    ordre: int = 0


def carte_des_sites(lignes: Iterable[SiteDeCarte]) -> CarteDessinee | None:
    """The map of these lines; None when they are few, or none has a known place. One round trip."""
    sites = [*lignes]
    ou = {siret: (x, y) for siret, x, y in positions([site.numero for site in sites])} if len(sites) >= PEU else {}
    points = [PointDeCarte(ou[site.numero], *site[1:]) for site in sites if site.numero in ou]
    return carte_des_points(points, len(sites)) if points else None
