"""Sources that the feed follows: open to everyone, and about companies; and the fields of each that everyone reads."""

from __future__ import annotations

from collections.abc import Mapping

from fce.donnees.imports.chargement.ecarts import Regard
from fce.donnees.publication import catalogue, telechargement
from fce.sources import registre
from fce.sources.declaration import Source


def du_flux(source: Source) -> Regard | None:
    """The source as the feed reads it; None when it is closed, about no company, or a file that feeds other sources."""
    if not (source.siren or source.siret) or source.verse_dans or not source.importable or catalogue.refus(source):
        return None
    publies = telechargement.publies(source, catalogue.ouverte(source))
    return Regard(source, publies) if publies else None


def toutes() -> Mapping[str, Regard]:
    return {source.nom: regard for source in registre.toutes() if (regard := du_flux(source))}
