"""Read a live source about a unit: from the cache, else from the producer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fce.donnees.imports.directes import cache, client, valeurs
from fce.donnees.imports.directes.client import Appelant
from fce.socle.texte import paris
from fce.sources.declaration import Source

__all__ = ["Appelant", "ReponseTypee", "consulter"]


@dataclass(frozen=True, slots=True)
class ReponseTypee:
    """Typed rows (none: unknown to the producer) and when the producer answered. ``conservee``: read from the cache.

    ``illisibles``: number of unreadable values left empty.
    """

    lignes: tuple[dict[str, Any], ...]
    obtenue_le: datetime
    conservee: bool = False
    illisibles: int = 0


def consulter(source: Source, numero: str, demande: Appelant, maintenant: datetime) -> ReponseTypee:
    """The answer for a SIREN or SIRET. The caller checks the rights. Raises ErreurDirecte."""
    gardee = cache.gardee(source, numero, demande, maintenant)
    conservee = gardee is not None
    if gardee is None:
        gardee = cache.Gardee(client.interroger(source, numero, demande, paris.jour_de(maintenant)), maintenant)
        cache.garder(source, numero, demande, gardee.lignes, maintenant)
    lignes, illisibles = valeurs.typer(source, gardee.lignes)
    return ReponseTypee(lignes, gardee.obtenue_le, conservee, illisibles)
