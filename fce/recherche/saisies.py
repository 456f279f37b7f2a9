"""How a value of a parameter may be typed: what is accepted, the one way in which it is then written, and the sentence
said of anything else."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from fce.recherche.alimentations import NON, OUI, VALEUR_MAX
from fce.socle.erreurs import ParametreInvalide

OUI_NON = (OUI, NON)
_JOUR_FR = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


class Saisie(Protocol):
    """What may be typed as one value of a parameter."""

    def lire(self, parametre: str, valeur: str) -> str:
        """Return the canonical form of a value. Raises ``ParametreInvalide`` with a sentence for the user."""


@dataclass(frozen=True, slots=True)
class SaisieLibre:
    """Any text, cut when it is too long."""

    def lire(self, parametre: str, valeur: str) -> str:
        """Return the text, cut."""
        return valeur[:VALEUR_MAX]


@dataclass(frozen=True, slots=True)
class SaisieListe:
    """One of a closed list of values; ``majuscules``: they are also typed in lower case."""

    valeurs: tuple[str, ...]
    majuscules: bool = False

    def lire(self, parametre: str, valeur: str) -> str:
        """Return the value of the list."""
        lue = valeur.upper() if self.majuscules else valeur
        if lue not in self.valeurs:
            raise ParametreInvalide(
                f"« {_court(lue)} » n’est pas une valeur du paramètre « {parametre} » : "
                f"choisissez parmi {', '.join(self.valeurs)}.",
                parametre=parametre,
            )
        return lue


@dataclass(frozen=True, slots=True)
class SaisieOuiNon:
    """« oui » or « non », as people type them or as programs do."""

    def lire(self, parametre: str, valeur: str) -> str:
        """Return « oui » or « non »."""
        lue = {"true": OUI, "false": NON, "1": OUI, "0": NON}.get(valeur.lower(), valeur)
        return SaisieListe(OUI_NON).lire(parametre, lue)


@dataclass(frozen=True, slots=True)
class SaisieCode:
    """A code of an official list, told by its shape; ``quoi`` and ``exemple`` are said of anything else.

    ``ajuster``: turns another common way of writing it, in capital letters, into the official one.
    """

    motif: re.Pattern[str]
    quoi: str
    exemple: str
    ajuster: Callable[[str], str] = str

    def lire(self, parametre: str, valeur: str) -> str:
        """Return the code as it is officially written."""
        code = self.ajuster(valeur.upper())
        if self.motif.fullmatch(code) is None or not code.isascii():
            raise ParametreInvalide(
                f"« {_court(code)} » n’est pas {self.quoi} : on attend par exemple « {self.exemple} ».",
                parametre=parametre,
            )
        return code


@dataclass(frozen=True, slots=True)
class SaisieJour:
    """A day, as people or as programs write it."""

    def lire(self, parametre: str, valeur: str) -> str:
        """Return the day as ``AAAA-MM-JJ``."""
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
