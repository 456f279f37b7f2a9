"""What a generation is made of: one table, one per period when a file replaces its own periods only, or a large one and
what was merged into it since."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from fce.socle import paris
from fce.socle.mois import fin_du_mois
from fce.sources.champs import Entier, Jour, Mois

from .dates import fin_de_l_annee

if TYPE_CHECKING:
    from fce.imports.models import Import
    from fce.sources.champs import Champ


class ColonneSql(NamedTuple):
    """One SQL column: its name and its type, as written in CREATE TABLE."""

    nom: str
    type: str


@dataclass(frozen=True, slots=True)
class Partie:
    """A table of a generation, as it was declared the day it was filled.

    ``periode``: value of the field of period, as PostgreSQL writes it ("" = not by period). ``empreinte``, ``octets``
    and ``date``: of the file that filled it; ``apport``: all the periods that this file brought.
    ``cedees``: table of the rows that these replace, still to be taken out of the first part (see ``fusion``).
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
        """What ``Import.parties`` keeps of it."""
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


def parties_de(importation: "Import | None") -> list[Partie]:
    """Tables of the generation of an import, oldest period first; none when it is not kept."""
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
    """The tables that the record of an import names: "" and [] when its version is not kept."""
    if not table or not parties:
        return {table} - {""}
    return {nom for partie in parties for nom in (partie["table"], partie["cedees"]) if nom}


def rang(champ: "Champ", periode: str) -> tuple[float, str]:
    """Place of a period among the others: days, numbers, or the order of texts."""
    if isinstance(champ, Jour):
        return datetime.date.fromisoformat(periode).toordinal(), ""
    return (int(periode), "") if isinstance(champ, Entier) else (0, periode)


def plus_proche(champ: "Champ", periode: str, parties: Sequence[Partie]) -> Partie | None:
    """The part of the same period, else of the nearest one; None without any."""
    ici = rang(champ, periode)[0]
    return min(
        parties,
        key=lambda p: (p.periode != periode, abs(rang(champ, p.periode)[0] - ici), p.periode),
        default=None,
    )


def date_de_periode(champ: "Champ", periode: str) -> datetime.date | None:
    """Business date of a period that nothing else dates: its day, the end of its month or of its year; None when it
    cannot be told, or is still to come."""
    if isinstance(champ, Jour):
        date = datetime.date.fromisoformat(periode)
        date = fin_du_mois(date) if isinstance(champ, Mois) else date
        return date if date <= paris.aujourd_hui() else None
    return fin_de_l_annee(int(periode)) if isinstance(champ, Entier) else None
