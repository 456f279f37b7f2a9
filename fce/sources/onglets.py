"""The tabs of a sheet, one per trade, in their usual order: what each gathers and the last word of its address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fce.sources.rubriques import TITRES


@dataclass(frozen=True, slots=True)
class Onglet:
    """A tab. ``cle``: last word of its address, "" for that of the sheet itself; ``rubriques``: what it gathers.

    ``chronologie``: it holds the timeline, made of every dated source, whatever its rubrique.
    """

    cle: str
    titre: str
    rubriques: tuple[str, ...]
    chronologie: bool = False


SYNTHESE: Final = Onglet("", "Synthèse", tuple(TITRES), chronologie=True)
TOUT: Final = Onglet("tout", "Tout", tuple(TITRES), chronologie=True)
ONGLETS: Final = {
    o.cle: o
    for o in (
        Onglet("etablissements", "Établissements", ("etablissements",)),
        Onglet("dirigeants", "Dirigeants et groupe", ("identite", "dirigeants")),
        Onglet("effectifs", "Effectifs", ("effectifs",)),
        Onglet("travail", "Travail", ("relations-travail",)),
        Onglet("controles", "Contrôles", ("controles", "echanges")),
        Onglet("emploi", "Emploi", ("mutations-economiques",)),
        Onglet("finances", "Finances", ("finances",)),
        Onglet("fiscalite", "Fiscalité et douane", ("fiscalite-douane",)),
        Onglet("aides", "Aides", ("aides",)),
        Onglet("agrements", "Agréments et labels", ("agrements-labels",)),
        Onglet("marches", "Marchés", ("marches-publics",)),
        Onglet("annonces", "Annonces", ("annonces",)),
        Onglet("historique", "Historique", ("historique",), chronologie=True),
    )
}
"""Tabs by the last word of their address; the Synthèse and ``TOUT`` come beside."""

RESERVES: Final = frozenset({*ONGLETS, TOUT.cle, "chronologie", "direct", "export", "note"})
"""What may follow a number in an address, and is no source."""


def onglets_tries(preferes: Iterable[str]) -> tuple[Onglet, ...]:
    """Every tab but the Synthèse and the whole, those of ``preferes`` first; unknown ones are left out."""
    premiers = [ONGLETS[cle] for cle in dict.fromkeys(preferes) if cle in ONGLETS]
    return (*premiers, *(o for o in ONGLETS.values() if o not in premiers))


def onglet_de(rubrique: str) -> Onglet:
    """The tab that shows a rubrique; the whole sheet for one that no tab gathers."""
    return next((o for o in ONGLETS.values() if rubrique in o.rubriques), TOUT)
