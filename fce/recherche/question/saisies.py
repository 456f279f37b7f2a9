"""Validation of parameter values: what is accepted, its canonical form, and the error sentence for anything else."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from fce.recherche.question.alimentations import NON, OUI, VALEUR_MAX
from fce.socle.erreurs import ParametreInvalide

OUI_NON = (OUI, NON)
VALEURS_DITES = 40
_JOUR_FR = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


class Saisie(Protocol):
    """What may be typed as one value of a parameter."""

    def canonique(self, parametre: str, valeur: str) -> str:
        """Return the canonical form of a value. Raises ``ParametreInvalide`` with a sentence for the user."""


@dataclass(frozen=True, slots=True)
class SaisieLibre:
    """Any text, truncated."""

    def canonique(self, parametre: str, valeur: str) -> str:
        return valeur[:VALEUR_MAX]


def hors_de_la_liste(parametre: str, valeur: str, valeurs: Sequence[str]) -> ParametreInvalide:
    """The error for a value out of a list; a long list is named by its address."""
    conseil = f"choisissez parmi {', '.join(valeurs)}"
    if not 0 < len(valeurs) <= VALEURS_DITES:
        conseil = f"« facettes={parametre} » donne celles des résultats, /api/v1/nomenclatures les listes officielles"
    return ParametreInvalide(
        f"« {_court(valeur)} » n’est pas une valeur du paramètre « {parametre} » : {conseil}.", parametre=parametre
    )


@dataclass(frozen=True, slots=True)
class SaisieListe:
    """One of a list of values. ``majuscules``: lower case is accepted too."""

    valeurs: tuple[str, ...]
    majuscules: bool = False

    def canonique(self, parametre: str, valeur: str) -> str:
        ecrite = valeur.upper() if self.majuscules else valeur
        if ecrite not in self.valeurs:
            raise hors_de_la_liste(parametre, ecrite, self.valeurs)
        return ecrite


@dataclass(frozen=True, slots=True)
class SaisieOuiNon:
    """« oui » or « non »; « true », « false », « 1 » and « 0 » are accepted."""

    def canonique(self, parametre: str, valeur: str) -> str:
        ecrite = {"true": OUI, "false": NON, "1": OUI, "0": NON}.get(valeur.lower(), valeur)
        return SaisieListe(OUI_NON).canonique(parametre, ecrite)


@dataclass(frozen=True, slots=True)
class SaisieCode:
    """A code of an official list, recognised by its pattern; ``quoi`` and ``exemple`` are used in the error sentence.

    ``ajuster``: turns another common form, upper-cased, into the official one.
    """

    motif: re.Pattern[str]
    quoi: str
    exemple: str
    ajuster: Callable[[str], str] = str

    def canonique(self, parametre: str, valeur: str) -> str:
        code = self.ajuster(valeur.upper())
        if self.motif.fullmatch(code) is None or not code.isascii():
            raise ParametreInvalide(
                f"« {_court(code)} » n’est pas {self.quoi} : on attend par exemple « {self.exemple} ».",
                parametre=parametre,
            )
        return code


@dataclass(frozen=True, slots=True)
class SaisieJour:
    """A day, as ``AAAA-MM-JJ`` or ``JJ/MM/AAAA``."""

    def canonique(self, parametre: str, valeur: str) -> str:
        francais = _JOUR_FR.fullmatch(valeur)
        iso = f"{francais[3]}-{francais[2]}-{francais[1]}" if francais else valeur
        try:
            return date.fromisoformat(iso).isoformat()
        except ValueError:
            raise ParametreInvalide(
                f"« {_court(valeur)} » n’est pas une date : écrivez-la JJ/MM/AAAA, par exemple 01/03/2024.",
                parametre=parametre,
            ) from None


def _court(texte: str) -> str:
    return texte if len(texte) <= 40 else texte[:39] + "…"
