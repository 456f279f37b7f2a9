"""Tabs of a sheet, one per trade, in their default order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fce.sources.rubriques import TITRES


@dataclass(frozen=True, slots=True)
class Onglet:
    """``cle``: last word of the tab's URL, "" for the sheet itself; ``rubriques``: chapters shown.

    ``chronologie``: has the timeline, made of every dated source.
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
"""Tabs by the last word of their URL, besides the Synthèse and ``TOUT``."""

RESERVES: Final = frozenset({*ONGLETS, TOUT.cle, "chronologie", "direct", "export", "note"})
"""Words that may follow a number in a URL, hence cannot name a source."""


def onglets_tries(preferes: Iterable[str]) -> tuple[Onglet, ...]:
    premiers = [ONGLETS[cle] for cle in dict.fromkeys(preferes) if cle in ONGLETS]
    return (*premiers, *(o for o in ONGLETS.values() if o not in premiers))


def onglet_de(rubrique: str) -> Onglet:
    return next((o for o in ONGLETS.values() if rubrique in o.rubriques), TOUT)
