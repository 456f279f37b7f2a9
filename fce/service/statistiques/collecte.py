"""Store events: those of an action at once, in its transaction; those of read-only pages in memory, written together
after about a minute, once an answer has left."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction

from fce.service.statistiques.pseudonymes import pseudonyme
from fce.socle.base.ecriture import ecriture
from fce.socle.base.roles import Role, sous_role
from fce.socle.erreurs import BaseIndisponible
from fce.socle.texte import paris
from fce.socle.web.evenements import EVENEMENTS

log = structlog.get_logger("fce.service.statistiques")
ATTENTE_S: Final = 60.0
"""Seconds that events of pages stay in memory; a killed process loses them."""
LIGNES_MAX: Final = 5000
"""Distinct events kept in memory when the database refuses them; further ones are dropped."""
# Organisation of an account: by SIRET, else by SIREN; none for anonymous visitors.
_AVEC_COMPTE: Final = (
    "(SELECT o.id FROM comptes_organisation o JOIN comptes_compte c ON o.numero IN (c.siret, left(c.siret, 9)) "
    "WHERE c.id = %s ORDER BY length(o.numero) DESC LIMIT 1)"
)
_COLONNES: Final = "id, jour, nom, pseudonyme, service, valeur, nombre, organisation_id"


class FaitDUsage(NamedTuple):
    """An event before it is written. ``qui``: opaque identifier of an account, kept in memory only."""

    jour: date
    nom: str
    qui: str = ""
    service: str = ""
    valeur: int | None = None


@dataclass(slots=True)
class Memoire:
    """Events of this process to be written, equal ones counted together."""

    faits: Counter[FaitDUsage] = field(default_factory=Counter)
    depuis: float = 0.0
    verrou: threading.Lock = field(default_factory=threading.Lock)

    def ajouter(self, fait: FaitDUsage, nombre: int = 1) -> None:
        """Count an event; drop a new one beyond ``LIGNES_MAX``."""
        with self.verrou:
            if not self.faits:
                self.depuis = time.monotonic()
            if fait in self.faits or len(self.faits) < LIGNES_MAX:
                self.faits[fait] += nombre

    def prendre(self, attente: float) -> Counter[FaitDUsage]:
        """Take all the events once the oldest has waited ``attente`` seconds; otherwise none."""
        with self.verrou:
            if not self.faits or time.monotonic() - self.depuis < attente:
                return Counter()
            pris, self.faits = self.faits, Counter()
            return pris


MEMOIRE: Final = Memoire()


def noter(nom: str, qui: str, service: str, valeur: int | None) -> None:
    """Store an event. Raises DatabaseError when its row is refused, without harming the caller's transaction."""
    if not settings.FCE_STATISTIQUES:
        return
    fait = FaitDUsage(paris.aujourd_hui(), nom, qui, service, valeur)
    if EVENEMENTS[nom].lecture:
        MEMOIRE.ajouter(fait)
        return
    with transaction.atomic() if connection.in_atomic_block else ecriture(durable=False):
        _ecrire([(fait, 1)])


def remettre(attente: float = ATTENTE_S) -> int:
    """Write the events in memory once the oldest has waited ``attente`` seconds; return the number of rows.

    Events that the database refuses wait for the next call. Call it outside any transaction.
    """
    pris = MEMOIRE.prendre(attente)
    if not pris:
        return 0
    try:
        # The current request may be anonymous, but the events may concern accounts.
        with sous_role(Role.COMPTES), ecriture(durable=False):
            _ecrire(pris.items())
    except (DatabaseError, InterfaceError, BaseIndisponible) as erreur:
        log.warning("usage_non_ecrit", erreur=type(erreur).__name__, lignes=len(pris))
        for fait, nombre in pris.items():
            MEMOIRE.ajouter(fait, nombre)
        return 0
    return len(pris)


def _ecrire(faits: Iterable[tuple[FaitDUsage, int]]) -> None:
    """One INSERT for all the rows; a subquery finds each organisation."""
    morceaux: list[str] = []
    parametres: list[Any] = []
    for fait, nombre in faits:
        connu = fait.qui[:1] == "c" and fait.qui[1:].isdecimal()
        cle = pseudonyme(fait.qui, fait.jour) if connu else ""
        morceaux.append(f"(%s::uuid, %s::date, %s, %s, %s, %s::smallint, %s, {_AVEC_COMPTE if connu else 'NULL'})")
        parametres += [uuid.uuid4(), fait.jour, fait.nom, cle, fait.service, fait.valeur, nombre]
        parametres += [int(fait.qui[1:])] if connu else []
    with connection.cursor() as curseur:
        requete = f"INSERT INTO statistiques_evenementdusage ({_COLONNES}) VALUES {', '.join(morceaux)}"  # noqa: S608
        curseur.execute(requete, parametres)
