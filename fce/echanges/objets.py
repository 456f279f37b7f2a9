"""Kinds of exchange, declared as sources are, so that ``droits.can`` decides on them as on any data.

Level 1, the fact of a contact, belongs to the group ``contacts``. Level 2, its content, is a secret (C3), read only by
the author's service and those that it names. An announced visit requires the same group as level 1. A joint operation
and a question are secrets of the services that take part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fce.droits.finalites import CONTACTS
from fce.sources.acces import Habilite, Secret


@dataclass(frozen=True, slots=True)
class ObjetEchange:
    """``nom``: in the journal; ``titre``: on pages. 3,4: No field has its own access."""

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
