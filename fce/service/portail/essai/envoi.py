"""Receive a file to try: as a deposit, but at most 10 MB and outside the deposits' quota."""

from __future__ import annotations

import time
from typing import Any, Final

from django.http import HttpRequest

from fce.donnees.imports.depots.erreurs import DepotInterdit, FichierTropGros
from fce.donnees.imports.depots.services import deposable
from fce.droits.comptes.requete import compte_de
from fce.service.portail.depot.envoi import ENVELOPPE, Guichet
from fce.service.portail.essai.services import OCTETS_MAX
from fce.socle.erreurs import FCEError
from fce.socle.web.compteurs import Limite, partages
from fce.sources.declaration import Source

DE_L_AGENT: Final = Limite("essais", 20, 3600)
_TROP: Final = "Un fichier d’essai pèse 10 Mo au plus : essayez-en un extrait."


class TropDEssais(FCEError):
    """Too many trials by one agent."""

    status = 429
    code = "trop_de_demandes"


class GuichetDEssai(Guichet):
    """Upload handler for a small, temporary file."""

    def __init__(self, defaut: str, octets: int) -> None:
        super().__init__(defaut, octets)
        self._venus = 0
        self._qui = ""

    def lire_formulaire(self, request: HttpRequest, source: Source | None) -> None:
        """Read the form, counting the trial for its agent."""
        compte = compte_de(request)
        self._qui = compte.identifiant if compte else ""
        super().lire_formulaire(request, source)

    def exiger_admissible(self, source: Source | None) -> None:
        """Check that a file may come, before its first byte; without a source, to be declared. Raises DepotInterdit,
        FichierTropGros, TropDEssais."""
        if source is not None and not deposable(source):
            raise DepotInterdit(
                "Cette source ne se dépose pas : elle est interrogée en direct, ou en alimente d’autres."
            )
        if self.octets - ENVELOPPE > OCTETS_MAX:
            raise FichierTropGros(_TROP)
        if partages().prendre(self._qui, DE_L_AGENT, 1, time.time()):
            raise TropDEssais("Vous avez essayé vingt fichiers en une heure : recommencez plus tard.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._venus += len(raw_data)
        with self.notant():
            if self._venus > OCTETS_MAX:
                raise FichierTropGros(_TROP)
        super().receive_data_chunk(raw_data, start)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._venus = 0
        super().new_file(*args, **kwargs)
