"""Delete from a large table shared by two versions (see ``fusion``) the rows that the second version replaces."""

from dataclasses import dataclass, replace
from typing import Any

from psycopg import sql

from fce.donnees.imports.models import Import
from fce.socle.erreurs import BaseIndisponible
from fce.sources.declaration import Source

from . import generations
from .fusion import memes_cles
from .indexation import colonnes_sql
from .parties import Partie, parties_de


@dataclass(frozen=True, slots=True)
class Retrait:
    """Rows of ``cedees`` to delete from ``grande``; ``vers``, ``depuis``: parts of both versions afterwards."""

    source: Source
    grande: str
    cedees: Partie
    vers: list[dict[str, Any]]
    depuis: list[dict[str, Any]]

    def executer(self, curseur: Any) -> None:
        """In the transaction of the switch. Raises BaseIndisponible when the table has changed since."""
        cle = colonnes_sql(self.source, self.source.cle)
        curseur.execute(
            sql.SQL("DELETE FROM {} AS a USING {} AS n WHERE {}").format(
                generations.identifiant(self.grande),
                generations.identifiant(self.cedees.table),
                memes_cles(cle, "n", "a"),
            )
        )
        if curseur.rowcount != self.cedees.lignes:
            raise _changee(self.source)


def retrait(source: Source, vers: Import | None, depuis: Import | None) -> Retrait | None:
    """The deletion needed for ``vers`` to replace ``depuis``; None if nothing, or already done."""
    parties, avant = parties_de(vers), parties_de(depuis)
    neuve = next((partie for partie in parties if partie.cedees), None)
    if neuve is None:
        return None
    grande = parties[0]
    if not avant or avant[0].table != grande.table:
        raise _changee(source)
    cedees = Partie(neuve.cedees, neuve.colonnes, avant[0].lignes - grande.lignes)
    return Retrait(
        source,
        grande.table,
        cedees,
        [replace(partie, cedees="").en_json() for partie in parties],
        [partie.en_json() for partie in (grande, *avant[1:], cedees)],
    )


def _changee(source: Source) -> BaseIndisponible:
    return BaseIndisponible(f"La version en place de {source.nom} a changé pendant l'opération : relancez.")
