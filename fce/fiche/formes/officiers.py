"""Officers of a company, and what is known elsewhere of them and of it: types only, already masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.fiche.formes.imprimable import Provenance
from fce.sources.declaration import Source
from fce.sources.synthese import Direction


@dataclass(frozen=True, slots=True)
class AutreMandat:
    """An office in another company. ``verbe``: what the officer does there, else ``qualite``. ``fin``: when it ended,
    in words."""

    entreprise: EntrepriseVue
    verbe: str
    qualite: str
    fin: str = ""


@dataclass(frozen=True, slots=True)
class AutresMandats:
    """The first other companies of an officer, and their number; ``tous``: False when there are more than counted.
    ``quittes``: the first of those that the officer left."""

    mandats: tuple[AutreMandat, ...] = ()
    total: int = 0
    tous: bool = True
    quittes: tuple[AutreMandat, ...] = ()


@dataclass(frozen=True, slots=True)
class DirectionVue:
    """``lignes``: officers, masked, merged by the source's rule; ``trait``: what their attributes mean.

    ``autres``: {rank of an officer: other offices}, None for a reader to whom persons are not matched; an officer
    without an entry could not be matched. ``liens``: succession links, newest first; ``lieux``: the establishments
    that they name. Each comes from ``provenance`` or ``des_liens``.
    """

    source: Source
    trait: Direction
    provenance: Provenance
    lignes: Sequence[Mapping[str, Any]] = ()
    autres: Mapping[int, AutresMandats] | None = None
    liens: Sequence[Mapping[str, Any]] = ()
    lieux: Mapping[str, EtablissementVu] = field(default_factory=dict)
    des_liens: tuple[Provenance, ...] = ()

    @property
    def rapprochees(self) -> int:
        """Rows of other companies shown because a person was matched, for the journal."""
        return sum(len(a.mandats) + len(a.quittes) for a in (self.autres or {}).values())


def proches_de(direction: DirectionVue | None) -> frozenset[str]:
    """SIREN of the companies that very likely have an officer in common with this one: persons, in office."""
    if direction is None:
        return frozenset()
    personnes = {rang for rang, x in enumerate(direction.lignes) if not x.get(direction.trait.societe)}
    autres = (direction.autres or {}).items()
    return frozenset(m.entreprise.siren for rang, a in autres if rang in personnes for m in a.mandats)


def trait_de(source: Source) -> Direction | None:
    return next((t for t in source.synthese if isinstance(t, Direction)), None)
