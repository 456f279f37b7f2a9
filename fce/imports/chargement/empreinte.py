"""The fingerprint of what is imported, worked out while it is loaded."""

import threading
from collections.abc import Sequence
from pathlib import Path

from fce.sources import lecture


class Empreinte(threading.Thread):
    """A thread that hashes some files; it starts at once."""

    def __init__(self, fichiers: Sequence[Path]) -> None:
        super().__init__(name="empreinte", daemon=True)
        self._fichiers = fichiers
        self._valeur = ""
        self._erreur: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._valeur = lecture.empreinte(self._fichiers)
        except BaseException as erreur:  # handed to the caller, whatever it is
            self._erreur = erreur

    def valeur(self) -> str:
        """Wait for the digest, 64 hexadecimal digits. Raises what reading the files raised."""
        while self.is_alive():
            self.join(0.2)
        if self._erreur:
            raise self._erreur
        return self._valeur
