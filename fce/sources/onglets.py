"""Tabs of a sheet, one per trade, in their default order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fce.sources.rubriques import TITRES


@dataclass(frozen=True, slots=True)
class Onglet:
    """``cle``: last word of the tab's URL, "" for the sheet itself; ``rubriques``: chapters shown.

    ``chronologie``: has the timeline, made of every dated source; ``alarmes``: tells those of each establishment;
    ``effectif``: draws the head-count.
    """

    cle: str
    titre: str
    rubriques: tuple[str, ...]
    chronologie: bool = False
    alarmes: bool = False
    effectif: bool = False

    @property
    def court(self) -> str:
        """Its title in the band of tabs: "Dirigeants, groupe"."""
        return self.titre.replace(" et ", ", ")


SYNTHESE: Final = Onglet("", "Synthèse", tuple(TITRES), chronologie=True)
TOUT: Final = Onglet("tout", "Tout", tuple(TITRES), chronologie=True)
ONGLETS: Final = {
    o.cle: o
    for o in (
        Onglet("etablissements", "Établissements", ("etablissements",)),
        Onglet("dirigeants", "Dirigeants et groupe", ("identite", "dirigeants")),
        Onglet("effectifs", "Effectifs", ("effectifs",)),
        Onglet("travail", "Travail", ("relations-travail",)),
        Onglet("controles", "Contrôles", ("controles", "echanges"), alarmes=True),
        Onglet("emploi", "Emploi", ("mutations-economiques",), effectif=True),
        Onglet("finances", "Finances", ("finances",)),
        Onglet("fiscalite", "Fiscalité et douane", ("fiscalite-douane",)),
        Onglet("aides", "Aides", ("aides",)),
        Onglet("agrements", "Agréments et labels", ("agrements-labels",)),
        Onglet("marches", "Marchés", ("marches-publics",)),
        Onglet("historique", "Historique", ("historique",), chronologie=True),
        Onglet("annonces", "Annonces", ("annonces",)),
    )
}
"""Tabs by the last word of their URL, besides the Synthèse and ``TOUT``."""


@dataclass(frozen=True, slots=True)
class GroupeOnglets:
    """Tabs shown together under ``titre``; ``onglets``: last words of their URLs."""

    titre: str
    onglets: tuple[str, ...]


CONTROLE: Final = GroupeOnglets("Contrôle et travail", ("controles", "travail", "emploi", "effectifs"))
ENTREPRISE: Final = GroupeOnglets("L’entreprise", ("etablissements", "dirigeants", "agrements"))
ARGENT: Final = GroupeOnglets("L’argent", ("finances", "fiscalite", "aides", "marches"))
MEMOIRE: Final = GroupeOnglets("La mémoire", ("historique", "annonces", TOUT.cle))
GROUPES_D_ONGLETS: Final = (ENTREPRISE, ARGENT, CONTROLE, MEMOIRE)
"""Groups of a reader without a trade; a trade puts the group of its first tab first."""
METIERS: Final = {
    "dgfip": (GroupeOnglets("Fiscalité et comptes", ARGENT.onglets), ENTREPRISE, CONTROLE, MEMOIRE),
    "douane": (
        GroupeOnglets("Douane et flux", ("fiscalite", "etablissements", "marches", "agrements")),
        GroupeOnglets(ENTREPRISE.titre, ("dirigeants", "finances", "aides")),
        CONTROLE,
        MEMOIRE,
    ),
}
"""Groups of the trades that arrange the tabs their own way, by code of the profile."""

SANS_METIER: Final = tuple(
    ONGLETS[cle] for cle in ("etablissements", "annonces", "agrements", "travail", "aides", "marches")
)
"""Tabs that the Synthèse of a reader without a trade may open on: those that its cards do not tell."""

RESERVES: Final = frozenset({*ONGLETS, TOUT.cle, "chronologie", "direct", "export", "note"})
"""Words that may follow a number in a URL, hence cannot name a source."""


def onglets_tries(preferes: Iterable[str]) -> tuple[Onglet, ...]:
    premiers = [ONGLETS[cle] for cle in dict.fromkeys(preferes) if cle in ONGLETS]
    return (*premiers, *(o for o in ONGLETS.values() if o not in premiers))


def groupes(premier: Onglet, metiers: Iterable[str] = ()) -> tuple[GroupeOnglets, ...]:
    """The groups of tabs, in the order of a reader whose first tab is ``premier``. ``metiers``: codes of his profiles,
    the first of which counts."""
    metier = next(iter(metiers), "")
    return METIERS.get(metier) or tuple(sorted(GROUPES_D_ONGLETS, key=lambda groupe: premier.cle not in groupe.onglets))


def premier_plein(onglets: Sequence[Onglet], pleines: Collection[str]) -> Onglet | None:
    """The first of ``onglets`` with one of the rubriques ``pleines``; None without any."""
    return next((o for o in onglets if not set(pleines).isdisjoint(o.rubriques)), None)


def onglet_de(rubrique: str) -> Onglet:
    return next((o for o in ONGLETS.values() if rubrique in o.rubriques), TOUT)
