"""How a rule between registers is declared, and what it finds for one unit. Pure.

A rule is told twice: by a function on the rows that a reader may read, for a sheet, and by a query on the views in
place, to count the whole country. A test compares them case by case (``tests/donnees/contradictions/test_juge.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from fce.donnees.entreprises.repertoire import COURANTS
from fce.sources import registre
from fce.sources.declaration import Producteur, Source

Ligne = Mapping[str, Any]
DE_TOUTE_FICHE: Final = frozenset(COURANTS)
"""Registers that every sheet reads."""
RETARD: Final = timedelta(days=60)
"""Registers repeat each other's news within weeks: a younger difference is no contradiction."""


@dataclass(frozen=True, slots=True)
class Propos:
    """Statement of one register about the unit: ``phrase``, in French, and its day (None: undated), introduced by
    ``mot`` ("depuis le", "créée le")."""

    source: str
    phrase: str
    jour: date | None = None
    mot: str = "le"


@dataclass(frozen=True, slots=True)
class Faits:
    """Facts read about a unit for one reader.

    ``legale``: row of the company in Sirene; ``lieu``: row of the establishment, on its own sheet; ``siege``: row of
    the siège; ``sieges``: rows of the open establishments that Sirene flags as siège. ``lignes``: {source: its rows},
    only for sources in place that this reader may read; a register that is missing here says nothing.
    """

    aujourd_hui: date
    legale: Ligne | None = None
    lieu: Ligne | None = None
    siege: Ligne | None = None
    sieges: Sequence[Ligne] = ()
    lignes: Mapping[str, Sequence[Ligne]] = field(default_factory=dict)

    def de(self, source: str) -> Sequence[Ligne]:
        return self.lignes.get(source, ())

    def mur(self, quand: date | None, delai: timedelta = RETARD) -> bool:
        """Whether a day is old enough for the other registers to know of it; an unknown day never is."""
        return quand is not None and quand <= self.aujourd_hui - delai


@dataclass(frozen=True, slots=True)
class Regle:
    """``titre``: the contradiction in a few words; ``pourquoi``: a sentence; ``portee``: units that the rule is about;
    ``exceptions``: what it leaves out. ``sources``: registers compared. ``propos``: what each says, or nothing when
    they agree. ``sql``: numbers (``siren``, ``siret`` or NULL) of the units in contradiction on the day ``%(jour)s``;
    ``{nom}`` is the view of the source ``nom``, with underscores.

    ``etablissement``: about an establishment, told on its sheet. ``ecartent``: registers read for the exceptions only.
    """

    code: str
    titre: str
    pourquoi: str
    portee: str
    exceptions: tuple[str, ...]
    sources: tuple[str, ...]
    propos: Callable[[Faits], Sequence[Propos]]
    sql: str
    etablissement: bool = False
    ecartent: tuple[str, ...] = ()

    @property
    def registres(self) -> list[Source]:
        return [registre.source(nom) for nom in self.sources]

    @property
    def classe(self) -> str:
        """Class of the strictest register that it compares."""
        return max(source.acces.classe for source in self.registres)

    @property
    def ouverte(self) -> bool:
        return self.classe == "C0"

    @property
    def rubrique(self) -> str:
        return next((s.rubrique for s in self.registres if s.nom not in DE_TOUTE_FICHE), "identite")

    @property
    def destinataires(self) -> list[tuple[Producteur, Source]]:
        """Producers who may be told, each with its register, which says what is contradicted: all that is not open must
        be their own."""
        fermees = {source.producteur.code for source in self.registres if source.acces.classe != "C0"}
        siennes: dict[str, tuple[Producteur, Source]] = {}
        for source in (s for s in self.registres if s.nom not in self.ecartent):
            siennes.setdefault(source.producteur.code, (source.producteur, source))
        return [dite for code, dite in siennes.items() if not fermees - {code}]

    def concerne(self, faits: Faits) -> bool:
        """Whether its registers were all read, for a sheet of its kind."""
        complets = all(nom in DE_TOUTE_FICHE or nom in faits.lignes for nom in self.sources)
        return complets and faits.legale is not None and self.etablissement == (faits.lieu is not None)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A rule that a unit breaks, and what each register says of it."""

    regle: Regle
    dits: tuple[Propos, ...]
