"""Try a file without keeping anything: read, check and load it as a deposit, in a transaction always rolled back, even
if the process is killed.

Writes no ``Import``, takes no lock of a source, and ignores the version in place, because whoever tries a file must not
learn what a restricted source holds.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import structlog
from psycopg import sql
from psycopg.rows import dict_row

from fce.donnees.imports.chargement import connexions, generations
from fce.donnees.imports.chargement.comptes import ComptesDImport
from fce.donnees.imports.chargement.empreinte import Empreinte
from fce.donnees.imports.chargement.importation import Importation, etats_des_fichiers
from fce.donnees.imports.chargement.parties import parties_de
from fce.donnees.imports.models import Import
from fce.socle.erreurs import BaseIndisponible, ImportRefuse
from fce.sources import lecture
from fce.sources.declaration import Source

from . import rapport
from .erreurs import TropDeDepots
from .essai import SANS_APPEL

LIGNES_D_UNE_UNITE: Final = 200
_DELAI: Final = "30s"
# One trial at a time per process: reading takes CPU and memory that pages need.
_SEUL: Final = threading.BoundedSemaphore(1)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class UniteEssayee:
    """The report of a deposit, and the rows of one unit as the version would hold them.

    ``numero``: SIREN or SIRET of that unit, "" when no row has the requested one.
    """

    rapport: dict[str, Any]
    numero: str = ""
    lignes: tuple[dict[str, Any], ...] = ()


class EssaiJetable(Importation):
    def __init__(self, source: Source, fichier: Path) -> None:
        # Do not call the parent's constructor: it reads the version in place and writes an ``Import``.
        self.source, self.fichiers = source, [fichier]
        self.en_place = self.reference = self.meneuse = None
        self.receveuses, self.versements, self.alimentee = (), [], False
        self.date_demandee = None
        self.progression = lambda _etape, _fait, _total: None
        self.comptes = ComptesDImport()
        self.tables = []
        self.refus: list[ImportRefuse] = []
        self.debut = time.monotonic()
        self.importation = Import(pk=secrets.randbits(53), source=source.nom, fichiers=etats_des_fichiers([fichier]))
        self._empreinte = Empreinte([fichier])

    def verifier_fichier(self, numero: str, attributs: tuple[str, ...]) -> UniteEssayee:
        """Load, report, read the rows of a unit, roll back. ``attributs``: those that hold a number, preferred first.

        Raises BaseIndisponible when the database does not answer in time.
        """
        trouve: tuple[str, list[dict[str, Any]]] = ("", [])
        sans_appel: list[ImportRefuse] = []
        try:
            with closing(connexions.ouvrir("essai", autocommit=False)) as connexion, self._lectures() as lectures:
                try:
                    connexion.execute(sql.SQL("SET LOCAL statement_timeout = {}").format(sql.Literal(_DELAI)))
                    self._charger(connexion, lectures)
                    trouve = self._unite(connexion, numero, attributs)
                finally:
                    connexion.rollback()
        except ImportRefuse as refus:
            sans_appel = [refus]
        except psycopg.DataError as erreur:
            sans_appel = [
                ImportRefuse(f"La base refuse une valeur du fichier : {str(erreur).strip().splitlines()[0]}.")
            ]
        except (psycopg.OperationalError, psycopg.InterfaceError) as erreur:
            log.error("essai_interrompu", erreur=type(erreur).__name__)
            raise BaseIndisponible(
                "L’essai n’a pas pu aller à son terme : recommencez dans quelques minutes."
            ) from erreur
        finally:
            self._empreinte.abandonner()
        self.comptes.ecrire(self.importation)
        contenu = rapport.rediger(
            self.source,
            self.importation,
            self.comptes,
            precedent=None,
            refus=[*sans_appel, *self.refus],
            differences=None,
            inchange=False,
            detaillees=0,
            comparee=None,
        )
        return UniteEssayee(contenu, trouve[0], tuple(trouve[1]))

    def _bornes(self) -> lecture.BornesDeLecture:
        return lecture.DE_PAGE

    def _valider(self, connexion: psycopg.Connection) -> None:
        """Commit nothing: the transaction that wrote the rows reads them."""

    def _refuser(self, refus: ImportRefuse) -> None:
        if refus.details.get("seuil") in SANS_APPEL:
            raise refus
        if all(r.message != refus.message for r in self.refus):
            self.refus.append(refus)

    def _unite(
        self, connexion: psycopg.Connection, numero: str, attributs: tuple[str, ...]
    ) -> tuple[str, list[dict[str, Any]]]:
        lignes = sql.SQL("({}) AS x").format(generations.selection(self.source, parties_de(self.importation)))
        for attribut in attributs:
            colonne = sql.Identifier(str(self.source.champs[attribut].column))
            with connexion.cursor(row_factory=dict_row) as curseur:
                if numero:
                    condition, parametres = sql.SQL("left({}, {}) = %s"), [numero]
                    ou = condition.format(colonne, sql.Literal(len(numero)))
                else:
                    ou, parametres = (
                        sql.SQL("{0} = (SELECT {0} FROM {1} WHERE {0} IS NOT NULL ORDER BY ligne LIMIT 1)").format(
                            colonne, lignes
                        ),
                        [],
                    )
                requete = sql.SQL("SELECT * FROM {} WHERE {} ORDER BY ligne LIMIT {}")
                trouvees = curseur.execute(
                    requete.format(lignes, ou, sql.Literal(LIGNES_D_UNE_UNITE)), parametres
                ).fetchall()
            if trouvees:
                return numero or str(trouvees[0][str(self.source.champs[attribut].column)]), trouvees
        return "", []


@contextmanager
def tour() -> Iterator[None]:
    """Hold the only turn of this process. Raises TropDeDepots at once when another trial runs."""
    if not _SEUL.acquire(blocking=False):
        raise TropDeDepots("Un autre fichier est en cours d’essai : recommencez dans une minute.")
    try:
        yield
    finally:
        _SEUL.release()
