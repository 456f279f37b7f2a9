"""Circuit breaker: a failing provider is not called for a while, then tested by one call before reopening to all.

Kept in the memory of each process: no cost per call, works while the database is down; a failing provider costs at most
``SEUIL`` slow calls per process. See ``docs/adr/0011``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from fce.donnees.imports.directes.erreurs import CircuitOuvert, ErreurDirecte, LimiteAtteinte

SEUIL: Final = 3  # consecutive failures
PAUSE: Final = 30.0  # seconds
PAUSE_MAX: Final = 300.0  # the longest pause that a provider may ask for


class Disjoncteur:
    """Thread-safe."""

    def __init__(self, horloge: Callable[[], float] = time.monotonic) -> None:
        self.horloge = horloge
        self._verrou = threading.Lock()
        self._echecs = 0
        self._jusque = 0.0
        self._limite = False
        self._essai = False

    @property
    def ouvert(self) -> bool:
        with self._verrou:
            return self.horloge() < self._jusque

    def autoriser(self) -> None:
        """Let a call through. Raises CircuitOuvert, or LimiteAtteinte when the provider asked for a pause."""
        with self._verrou:
            reste = self._jusque - self.horloge()
            if reste > 0:
                raise LimiteAtteinte(reste) if self._limite else CircuitOuvert
            if self._jusque and not self._limite:
                if self._essai:
                    raise CircuitOuvert
                self._essai = True

    def terminer(self, erreur: ErreurDirecte | None) -> None:
        """Record how a call ended. Any answer, even a refusal, shows that the provider works."""
        with self._verrou:
            self._essai = False
            if isinstance(erreur, LimiteAtteinte):
                self._limite = True
                self._jusque = self.horloge() + min(max(erreur.attente, 1.0), PAUSE_MAX)
            elif erreur is not None and erreur.panne:
                self._echecs += 1
                if self._echecs >= SEUIL:
                    self._limite = False
                    self._jusque = self.horloge() + PAUSE
            else:
                self._echecs, self._jusque, self._limite = 0, 0.0, False


_tous: dict[str, Disjoncteur] = {}
_verrou = threading.Lock()


def disjoncteur(fournisseur: str) -> Disjoncteur:
    with _verrou:
        return _tous.setdefault(fournisseur, Disjoncteur())


def oublier() -> None:
    with _verrou:
        _tous.clear()
