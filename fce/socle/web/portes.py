"""Limits on the messages sent through a public form: per reader, and in total.

Signed-in people have a separate total, so that anonymous senders who exhaust theirs do not block them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from typing import Final

from fce.socle.web.compteurs import Limite, partages

PAR_HEURE: Final = 5
PAR_JOUR: Final = 20
"""Per reader. A /48 IPv6 network counts as sixteen readers (``compteurs.RESEAUX_IPV6``), a third of the anonymous
total."""
DE_TOUS: Final = 1000
_HEURE: Final = 3600
_JOUR: Final = 86_400
_MACHINE: Final = ("", "127.0.0.1", "::1")
"""The local machine: all readers have this address behind an undeclared proxy, so it is not limited by itself."""


class Encombrement(Enum):
    """Which limit refuses a message: none, the reader's, or the total."""

    AUCUN = ""
    LECTEUR = "lecteur"
    TOUS = "tous"


@dataclass(frozen=True, slots=True)
class Porte:
    """The limits of the form called ``nom``."""

    nom: str

    def prendre(self, compte: str, adresse: str) -> Encombrement:
        """Count one message. ``compte``: identifier of the account, "" if not signed in. ``adresse``: network
        address."""
        comptes, maintenant = partages(), time.time()
        qui = compte or ("" if adresse in _MACHINE else adresse)
        par_lecteur = (Limite(self.nom, PAR_HEURE, _HEURE), Limite(f"{self.nom} du jour", PAR_JOUR, _JOUR))
        if qui and any(comptes.prendre_pour(qui, limite, 1, maintenant) for limite in par_lecteur):
            return Encombrement.LECTEUR
        genre = "comptes" if compte else "anonymes"
        if comptes.prendre(genre, Limite(f"{self.nom} de tous", DE_TOUS, _JOUR), 1, maintenant):
            return Encombrement.TOUS
        return Encombrement.AUCUN
