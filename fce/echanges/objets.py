"""Kinds of exchange, declared as sources are, so that ``droits.habilitations.can`` decides on them as on any data.

Level 1, the fact of a contact, belongs to the group ``contacts``. Level 2, its content, is a secret (C3), read only by
the author's service and those that it names. An announced visit requires the same group as level 1. A joint operation
and a question are secrets of the services that take part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fce.droits.habilitations.finalites import CONTACTS
from fce.sources.acces import Habilite, Secret


@dataclass(frozen=True, slots=True)
class ObjetEchange:
    """``nom``: in the journal; ``titre``: on pages."""

    nom: str
    titre: str
    acces: Habilite | Secret
    # Asked of a source: no field of an exchange has an access of its own.
    champs: Mapping[str, object] = field(default_factory=dict, compare=False)
    acces_propres: Mapping[str, object] = field(default_factory=dict, compare=False)


CONTACT: Final = ObjetEchange("echanges-contacts", "Contacts dits par les services", Habilite(CONTACTS))
CONTENU: Final = ObjetEchange("echanges-contenus", "Contenu des contacts", Secret(CONTACTS))
