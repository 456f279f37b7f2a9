"""What a source brings to the cards of the Synthèse: data only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from fce.sources.presentation import Ligne


@dataclass(frozen=True, slots=True)
class Effectif:
    """Head-count ``valeur`` at each ``date``; among the sources the reader may read, the smallest ``rang`` is shown."""

    date: str
    valeur: str
    rang: int
    unite: str = "salarié"
    plusieurs: str = "salariés"


@dataclass(frozen=True, slots=True)
class Comptes:
    """Turnover and result in euros, of accounts closed on ``date``."""

    date: str
    chiffre_affaires: str
    resultat: str


@dataclass(frozen=True, slots=True)
class Mandataires:
    """Officers of the company: ``fonction`` gives (capacity, name), highest rank first."""

    fonction: Callable[[Sequence[Ligne]], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Direction:
    """Officers of the company, one row each, by attribute: family name, name in use, first names and month of birth of
    a person; SIREN and name of a company; capacity, in words (``qualite``) and as a code (``role``).

    ``verbes``: {code: "préside"} of the officers who run the company, in the order of their rank; the others audit or
    represent it. ``depuis``: day when the office began. ``anciens``: source of the offices that ended, with the same
    attributes; its ``fin`` says when, in words.
    """

    nom: str
    usage: str
    prenoms: str
    naissance: str
    societe: str
    denomination: str
    qualite: str
    role: str
    verbes: Mapping[str, str]
    depuis: str
    anciens: str
    fin: str

    @property
    def personne(self) -> tuple[str, str, str]:
        """Attributes that must all agree for two rows to be about the same person, probably."""
        return self.nom, self.prenoms, self.naissance


SEUL: Final = "est l’associé unique"
"""The verb of who owns all of a company."""


@dataclass(frozen=True, slots=True)
class Detention:
    """Who owns the company, in French words (``titre``).

    When some rows are what it owns: ``filiale`` (attribute, value) tells them, ``societe`` is its SIREN, ``nom`` its
    name, ``part`` the share in percent and ``annee`` the year of the declaration.
    """

    titre: str
    filiale: tuple[str, str] = ("", "")
    societe: str = ""
    nom: str = ""
    part: str = ""
    annee: str = ""


@dataclass(frozen=True, slots=True)
class GroupeEntreprise:
    """Group of the company: ``valeur`` is its name, on the latest row with one."""

    valeur: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A visit or control on ``date``: ``nature`` in one word; ``service`` and ``courriel`` are attributes.

    ``prefixe``: before the value of ``service``; without value, the producer is named. ``famille``: kind of service, in
    the filter of contacts. ``controle``: whether it is a control.
    ``ecartes``: (month, day) of the rows that the ``selection`` of the source drops, besides those of the future, so
    that SQL can choose the same rows; None when only ``selection`` can.
    """

    date: str
    nature: str
    service: str = ""
    prefixe: str = ""
    courriel: str = ""
    famille: str = ""
    controle: bool = False
    ecartes: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class UniteCompetente:
    """Service competent for an establishment, and its mailbox."""

    libelle: str
    courriel: str


@dataclass(frozen=True, slots=True)
class Denomination:
    """Name of a unit for those who may read it: the first group of attributes with all its values."""

    attributs: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PartDeNote:
    """Content of a section of the note de préparation: ``fonction`` gives (label, value) pairs, most important
    first."""

    section: Literal["accidents", "accords"]
    fonction: Callable[[Sequence[Ligne], date], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class CarteMetier:
    """The second card for the readers of one trade, in place of head-count and accounts.

    ``profil``: code of the ready profile of their habilitations; ``onglet``: tab that the title opens.
    """

    profil: str
    titre: str
    onglet: str


FISCALITE: Final = CarteMetier("dgfip", "Fiscalité", "fiscalite")
DOUANE: Final = CarteMetier("douane", "Douane", "fiscalite")


class LigneDeCarte(NamedTuple):
    """What a source says on one line of a card: label, value, smaller text after it."""

    titre: str
    valeur: str
    precision: str = ""


@dataclass(frozen=True, slots=True)
class LigneMetier:
    """A line of the cards of some trades, in the order of ``rang``; rank 0 is the card's main figure.

    ``fonction``: (rows, rows of ``avec``, today) → the line, None when the rows do not tell it. ``avec``: source to
    compare with, "" for none. ``titre``: label when the source is closed, empty or not asked yet. ``sujet``: of the
    lines that share one, a card prints the first that tells something.
    """

    cartes: tuple[CarteMetier, ...]
    rang: int
    titre: str
    fonction: Callable[[Sequence[Ligne], Sequence[Ligne], date], LigneDeCarte | None]
    avec: str = ""
    sujet: str = ""


Trait = (
    Denomination
    | Effectif
    | Comptes
    | Mandataires
    | Direction
    | Detention
    | GroupeEntreprise
    | Contact
    | UniteCompetente
    | PartDeNote
    | LigneMetier
)


def attributs(trait: Trait) -> tuple[str, ...]:
    if isinstance(trait, Denomination):
        return tuple(dict.fromkeys(a for groupe in trait.attributs for a in groupe))
    noms: list[Any] = [getattr(trait, n, "") for n in _ATTRIBUTS]
    return tuple(n for n in noms if n and isinstance(n, str))


_ATTRIBUTS = ("date", "valeur", "chiffre_affaires", "resultat", "service", "libelle", "courriel")
