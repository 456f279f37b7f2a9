"""Where events are kept: those of gestures at once, in their transaction; those of pages that only read in memory, and
written together a minute later, after the answer to whoever comes then has left."""

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

from fce.socle import paris
from fce.socle.base import ecriture
from fce.socle.erreurs import BaseIndisponible
from fce.socle.evenements import EVENEMENTS
from fce.socle.roles import Role, sous_role
from fce.statistiques.pseudonymes import pseudonyme

log = structlog.get_logger("fce.statistiques")
ATTENTE_S: Final = 60.0
"""How long the events of pages stay in memory: what a process loses when it is killed."""
LIGNES_MAX: Final = 5000
"""Kinds of events kept in memory when the database does not take them: the next ones are not counted."""
# The organisation of an account: that of its SIRET, else that of its SIREN. A stranger has none.
_AVEC_COMPTE: Final = (
    "(SELECT o.id FROM comptes_organisation o JOIN comptes_compte c ON o.numero IN (c.siret, left(c.siret, 9)) "
    "WHERE c.id = %s ORDER BY length(o.numero) DESC LIMIT 1)"
)
_COLONNES: Final = "id, jour, nom, pseudonyme, service, valeur, nombre, organisation_id"


class FaitDUsage(NamedTuple):
    """What is kept of an event before it is written. ``qui``: opaque identifier of an account, in memory only."""

    jour: date
    nom: str
    qui: str = ""
    service: str = ""
    valeur: int | None = None


@dataclass(slots=True)
class Memoire:
    """Events of this process that wait to be written, alike ones counted together."""

    faits: Counter[FaitDUsage] = field(default_factory=Counter)
    depuis: float = 0.0
    verrou: threading.Lock = field(default_factory=threading.Lock)

    def ajouter(self, fait: FaitDUsage, nombre: int = 1) -> None:
        """Count an event; beyond ``LIGNES_MAX`` kinds of them, new ones are left out."""
        with self.verrou:
            if not self.faits:
                self.depuis = time.monotonic()
            if fait in self.faits or len(self.faits) < LIGNES_MAX:
                self.faits[fait] += nombre

    def prendre(self, attente: float) -> Counter[FaitDUsage]:
        """Take all that waits, once the oldest has waited so many seconds; else nothing."""
        with self.verrou:
            if not self.faits or time.monotonic() - self.depuis < attente:
                return Counter()
            pris, self.faits = self.faits, Counter()
            return pris


MEMOIRE: Final = Memoire()


def noter(nom: str, qui: str, service: str, valeur: int | None) -> None:
    """Keep an event. When its row is refused, raise DatabaseError and leave the gesture as it was."""
    if not settings.FCE_STATISTIQUES:
        return
    fait = FaitDUsage(paris.aujourd_hui(), nom, qui, service, valeur)
    if EVENEMENTS[nom].lecture:
        MEMOIRE.ajouter(fait)
        return
    with transaction.atomic() if connection.in_atomic_block else ecriture(durable=False):
        _ecrire([(fait, 1)])


def remettre(attente: float = ATTENTE_S) -> int:
    """Write what waits in memory, once the oldest has waited so many seconds; return how many rows were written.

    What the database refuses waits for the next time. Outside any transaction.
    """
    pris = MEMOIRE.prendre(attente)
    if not pris:
        return 0
    try:
        # Whoever is answered may be a stranger; those whose reading is counted are not.
        with sous_role(Role.COMPTES), ecriture(durable=False):
            _ecrire(pris.items())
    except (DatabaseError, InterfaceError, BaseIndisponible) as erreur:
        log.warning("usage_non_ecrit", erreur=type(erreur).__name__, lignes=len(pris))
        for fait, nombre in pris.items():
            MEMOIRE.ajouter(fait, nombre)
        return 0
    return len(pris)


def _ecrire(faits: Iterable[tuple[FaitDUsage, int]]) -> None:
    """One statement for all the rows: the organisation of each is found where it is."""
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
