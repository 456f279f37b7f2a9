"""What the exchanges hold, declared as sources are, so that ``droits.can`` decides of it like of any data.

Level 1, that a contact took place, is of the group ``contacts``; level 2, its content, is a secret (C3) that only the
service of the author, and those it names, read. An announced visit asks for the same group as level 1. A joint
operation and a question between services are secrets of those that take part in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fce.droits.finalites import CONTACTS
from fce.sources.acces import Habilite, Secret


@dataclass(frozen=True, slots=True)
class ObjetEchange:
    """``nom``: what the journal calls it; ``titre``: as a page names it."""

    nom: str
    titre: str
    acces: Habilite | Secret

    @property
    def champs(self) -> Mapping[str, object]:
        """No field has an access of its own."""
        return {}

    @property
    def acces_propres(self) -> Mapping[str, object]:
        """The accesses of its fields, of which none has one of its own."""
        return {}


CONTACT: Final = ObjetEchange("echanges-contacts", "Contacts dits par les services", Habilite(CONTACTS))
CONTENU: Final = ObjetEchange("echanges-contenus", "Contenu des contacts", Secret(CONTACTS))
VISITE: Final = ObjetEchange("echanges-visites", "Visites annoncées", Habilite(CONTACTS))
OPERATION: Final = ObjetEchange("echanges-operations", "Opérations conjointes", Secret(CONTACTS))
DEMANDE: Final = ObjetEchange("echanges-demandes", "Demandes entre services", Secret(CONTACTS))
OBJETS: Final = {objet.nom: objet for objet in (CONTACT, CONTENU, VISITE, OPERATION, DEMANDE)}
