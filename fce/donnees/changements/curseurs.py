"""Cursor of the feed, the number of a switch and a SIREN, as « 120-000001008 »: everything up to it has been read.

Every process loads this module and ``services``: neither loads what only computing or reading needs.
"""

# ruff: noqa: S608 (only names of tables are interpolated)

from __future__ import annotations

import re
from typing import Final, NamedTuple

from django.db import connection

from fce.donnees.changements.models import BasculeSuivie
from fce.donnees.imports.models import Bascule
from fce.socle.erreurs import ParametreInvalide

FIN: Final = "999999999"
"""Put for the SIREN once the whole switch has been read."""
_HORIZON: Final = (
    f"SELECT coalesce((SELECT min(bascule) - 1 FROM {BasculeSuivie._meta.db_table} WHERE etat = "
    f"'{BasculeSuivie.Etat.A_CALCULER}'), (SELECT max(numero) FROM {Bascule._meta.db_table}), 0)"
)
_FORME: Final = re.compile(r"([0-9]{1,18})-([0-9]{9})", re.ASCII)


class Curseur(NamedTuple):
    bascule: int
    siren: str = FIN

    def __str__(self) -> str:
        return f"{self.bascule}-{self.siren}"


def curseur_ecrit(texte: str, parametre: str = "curseur") -> Curseur:
    """Raises ParametreInvalide."""
    if (trouve := _FORME.fullmatch(texte)) is None:
        raise ParametreInvalide(
            f"« {parametre} » attend un curseur donné par cette adresse ou par un fichier complet, comme "
            "« 120-000001008 ».",
            parametre=parametre,
        )
    return Curseur(int(trouve[1]), trouve[2])


def horizon() -> int:
    """Number of the last switch whose changes, and those of all before it, can be read."""
    with connection.cursor() as curseur:
        curseur.execute(_HORIZON)
        (numero,) = curseur.fetchone()
    return int(numero)
