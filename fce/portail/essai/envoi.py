"""Receive a file to be tried: as a deposit, ten megabytes at most, and no place taken among the deposits."""

from __future__ import annotations

from typing import Any

from fce.imports.depots.erreurs import DepotInterdit, FichierTropGros
from fce.imports.depots.services import deposable
from fce.portail.depot.envoi import ENVELOPPE, Guichet
from fce.portail.essai.services import OCTETS_MAX
from fce.sources.declaration import Source

_TROP: str = "Un fichier d’essai pèse 10 Mo au plus : essayez-en un extrait."


class GuichetDEssai(Guichet):
    """Takes one small file, that nobody will keep."""

    def __init__(self, defaut: str, octets: int) -> None:
        super().__init__(defaut, octets)
        self._venus = 0

    def exiger_admissible(self, source: Source) -> None:
        """Check, before its first byte, that a file may come. Raises DepotInterdit, FichierTropGros."""
        if not deposable(source):
            raise DepotInterdit(
                "Cette source ne se dépose pas : elle est interrogée en direct, ou en alimente d’autres."
            )
        if self.octets - ENVELOPPE > OCTETS_MAX:
            raise FichierTropGros(_TROP)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._venus += len(raw_data)
        with self.notant():
            if self._venus > OCTETS_MAX:
                raise FichierTropGros(_TROP)
        super().receive_data_chunk(raw_data, start)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._venus = 0
        super().new_file(*args, **kwargs)
