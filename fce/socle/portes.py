"""How many messages a form that is open to everybody takes: from one reader, and from all of them.

People who are signed in have a total of their own, so that strangers who use up theirs do not close the form to them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from typing import Final

from fce.socle.compteurs import Limite, partages

PAR_HEURE: Final = 5
PAR_JOUR: Final = 20
"""Of one reader: a network that holds a /48 of IPv6 counts as sixteen (``compteurs.RESEAUX_IPV6``), a third of the
total of strangers."""
DE_TOUS: Final = 1000
_HEURE: Final = 3600
_JOUR: Final = 86_400
_MACHINE: Final = ("", "127.0.0.1", "::1")
"""This machine itself, from where every reader comes behind a front server that is not declared: not counted apart."""


class Encombrement(Enum):
    """Whose limit a message would pass: nobody’s, that of its reader, that of all."""

    AUCUN = ""
    LECTEUR = "lecteur"
    TOUS = "tous"


@dataclass(frozen=True, slots=True)
class Porte:
    """The limits of one form, under its ``nom``."""

    nom: str

    def prendre(self, compte: str, adresse: str) -> Encombrement:
        """Count a message of an account (its identifier, "" for who is not signed in) at a network address."""
        comptes, maintenant = partages(), time.time()
        qui = compte or ("" if adresse in _MACHINE else adresse)
        par_lecteur = (Limite(self.nom, PAR_HEURE, _HEURE), Limite(f"{self.nom} du jour", PAR_JOUR, _JOUR))
        if qui and any(comptes.prendre_pour(qui, limite, 1, maintenant) for limite in par_lecteur):
            return Encombrement.LECTEUR
        genre = "comptes" if compte else "anonymes"
        if comptes.prendre(genre, Limite(f"{self.nom} de tous", DE_TOUS, _JOUR), 1, maintenant):
            return Encombrement.TOUS
        return Encombrement.AUCUN
