"""SHA-256 of the imported files, computed in a thread during the load."""

import threading
from collections.abc import Sequence
from pathlib import Path

from fce.sources import lecture

_PATIENCE_S = 2


class Empreinte(threading.Thread):
    def __init__(self, fichiers: Sequence[Path]) -> None:
        super().__init__(name="empreinte", daemon=True)
        self._fichiers = fichiers
        self._valeur = ""
        self._erreur: BaseException | None = None
        self._abandon = threading.Event()
        self.start()

    def run(self) -> None:
        try:
            self._valeur = lecture.empreinte(self._fichiers, abandonnee=self._abandon.is_set)
        except BaseException as erreur:  # re-raised in the caller
            self._erreur = erreur

    def valeur(self) -> str:
        """Wait for the digest, 64 hexadecimal digits. Raises the error met while reading the files."""
        while self.is_alive():
            self.join(0.2)
        if self._erreur:
            raise self._erreur
        return self._valeur

    def abandonner(self) -> None:
        """Stop the thread, because one that is running when the process ends may crash it. Returns within about 2 s
        even if the disk stalls."""
        self._abandon.set()
        self.join(_PATIENCE_S)
