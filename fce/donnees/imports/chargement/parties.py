"""Tables of a generation: a single one, one per period, or a large one plus the rows merged since."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fce.donnees.imports.models import Import
from fce.socle.texte import paris
from fce.socle.texte.mois import fin_du_mois
from fce.sources.champs import Champ, Entier, Jour, Mois

from .dates import fin_de_l_annee


class ColonneSql(NamedTuple):
    nom: str
    type: str


@dataclass(frozen=True, slots=True)
class Partie:
    """A table of a generation, with the columns declared the day it was filled.

    ``periode``: value of the period field as PostgreSQL writes it ("" = not by period). ``empreinte``, ``octets`` and
    ``date`` describe the file that filled the table; ``apport``: all the periods of that file.
    ``cedees``: table of the rows still to be deleted from the first part (see ``fusion``).
    """

    table: str
    colonnes: tuple[ColonneSql, ...]
    lignes: int
    periode: str = ""
    empreinte: str = ""
    octets: int = 0
    date: datetime.date | None = None
    apport: tuple[str, ...] = ()
    cedees: str = ""

    def en_json(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "colonnes": [list(colonne) for colonne in self.colonnes],
            "lignes": self.lignes,
            "periode": self.periode,
            "empreinte": self.empreinte,
            "octets": self.octets,
            "date": self.date.isoformat() if self.date else None,
            "apport": list(self.apport),
            "cedees": self.cedees,
        }


def parties_de(importation: Import | None) -> list[Partie]:
    """Tables of the generation of an import, oldest period first; none when the generation was dropped."""
    if importation is None or not importation.table:
        return []
    if not importation.parties:
        colonnes = tuple(ColonneSql(nom, type_) for nom, type_ in importation.colonnes)
        return [Partie(importation.table, colonnes, importation.total)]
    return [
        Partie(
            **{
                **partie,
                "colonnes": tuple(ColonneSql(nom, type_) for nom, type_ in partie["colonnes"]),
                "date": datetime.date.fromisoformat(partie["date"]) if partie["date"] else None,
                "apport": tuple(partie["apport"]),
            }
        )
        for partie in importation.parties
    ]


def tables_nommees(table: str, parties: Sequence[Mapping[str, Any]]) -> set[str]:
    if not table or not parties:
        return {table} - {""}
    return {nom for partie in parties for nom in (partie["table"], partie["cedees"]) if nom}


def rang(champ: Champ, periode: str) -> tuple[float, str]:
    """Sort key of a period: day, number, or text order."""
    if isinstance(champ, Jour):
        return datetime.date.fromisoformat(periode).toordinal(), ""
    return (int(periode), "") if isinstance(champ, Entier) else (0, periode)


def plus_proche(champ: Champ, periode: str, parties: Sequence[Partie]) -> Partie | None:
    ici = rang(champ, periode)[0]
    return min(
        parties,
        key=lambda p: (p.periode != periode, abs(rang(champ, p.periode)[0] - ici), p.periode),
        default=None,
    )


def date_de_periode(champ: Champ, periode: str) -> datetime.date | None:
    """Its day, or the last day of its month or year; None if unknown or in the future."""
    if isinstance(champ, Jour):
        date = datetime.date.fromisoformat(periode)
        date = fin_du_mois(date) if isinstance(champ, Mois) else date
        return date if date <= paris.aujourd_hui() else None
    return fin_de_l_annee(int(periode)) if isinstance(champ, Entier) else None
