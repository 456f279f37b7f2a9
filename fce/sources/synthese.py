"""What a source brings to the cards of the Synthèse: data only; the sheet finds there whom to show, and how much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from fce.sources.presentation import Ligne


@dataclass(frozen=True, slots=True)
class Effectif:
    """A head-count: ``valeur`` at each ``date``; of several sources that the reader may read, the smallest ``rang``."""

    date: str
    valeur: str
    rang: int
    unite: str = "salarié"
    plusieurs: str = "salariés"


@dataclass(frozen=True, slots=True)
class Comptes:
    """Accounts closed on ``date``: their turnover and their result, in euros."""

    date: str
    chiffre_affaires: str
    resultat: str


@dataclass(frozen=True, slots=True)
class Mandataires:
    """Who runs the company: ``fonction`` gives (capacity, name) of each, the first in rank first."""

    fonction: Callable[[Sequence[Ligne]], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class GroupeEntreprise:
    """The group that the company belongs to: ``valeur`` is its name, on the latest row that has one."""

    valeur: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A visit or a control of a service on ``date``: ``nature`` in one word, ``service`` and ``courriel`` attributes.

    ``prefixe``: what goes before the value of ``service``; without a value, the producer is named.
    """

    date: str
    nature: str
    service: str = ""
    prefixe: str = ""
    courriel: str = ""


@dataclass(frozen=True, slots=True)
class UniteCompetente:
    """The service to call for an establishment, and its mailbox."""

    libelle: str
    courriel: str


@dataclass(frozen=True, slots=True)
class Denomination:
    """How a unit is named to who may read it: the first of these groups of attributes that has them all."""

    attributs: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PartDeNote:
    """What a source tells in a section of the note de préparation: ``fonction`` gives (label, value) pairs from its
    rows, what must be known first coming first."""

    section: Literal["accidents", "accords"]
    fonction: Callable[[Sequence[Ligne], date], Sequence[tuple[str, str]]]


Trait = Denomination | Effectif | Comptes | Mandataires | GroupeEntreprise | Contact | UniteCompetente | PartDeNote


def attributs(trait: Trait) -> tuple[str, ...]:
    """Attributes that a trait names."""
    if isinstance(trait, Denomination):
        return tuple(dict.fromkeys(a for groupe in trait.attributs for a in groupe))
    noms: list[Any] = [getattr(trait, n, "") for n in _ATTRIBUTS]
    return tuple(n for n in noms if n and isinstance(n, str))


_ATTRIBUTS = ("date", "valeur", "chiffre_affaires", "resultat", "service", "libelle", "courriel")
