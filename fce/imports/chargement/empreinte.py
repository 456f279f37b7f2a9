"""The fingerprint of what is imported, worked out while it is loaded."""

import threading
from collections.abc import Sequence
from pathlib import Path

from fce.sources import lecture

_PATIENCE_S = 2


class Empreinte(threading.Thread):
    """A thread that hashes some files; it starts at once."""

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
        except BaseException as erreur:  # handed to the caller, whatever it is
            self._erreur = erreur

    def valeur(self) -> str:
        """Wait for the digest, 64 hexadecimal digits. Raises what reading the files raised."""
        while self.is_alive():
            self.join(0.2)
        if self._erreur:
            raise self._erreur
        return self._valeur

    def abandonner(self) -> None:
        """Stop, unless it is worked out: nobody waits for it, and a thread that goes on while its process ends may make
        it crash. Returns within about 2 s even if the disk stalls."""
        self._abandon.set()
        self.join(_PATIENCE_S)
