"""Statements of registers about one fact, when they cannot both be right."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from fce.socle.texte.formats import jour


class DitDeRegistre(NamedTuple):
    """Statement of a register: its name with its producer, the day that it gives, the day of its file."""

    source: str
    registre: str
    phrase: str
    jour: date | None
    mot: str
    au: date | None

    @property
    def entier(self) -> str:
        """ "entreprise cessée, depuis le 31/03/2019"."""
        return f"{self.phrase}, {self.mot} {jour(self.jour)}" if self.jour else self.phrase


class ContradictionVue(NamedTuple):
    """Registers that cannot both be right. ``destinataires``: (producer, source) of those who may be told."""

    code: str
    titre: str
    pourquoi: str
    dits: tuple[DitDeRegistre, ...]
    destinataires: tuple[tuple[str, str], ...]
