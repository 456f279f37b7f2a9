"""Sources that the feed follows: open to everyone, and about companies; and the fields of each that everyone reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fce.donnees import catalogue, telechargement
from fce.entreprises.apports import attribut_du_numero
from fce.sources import champs, registre
from fce.sources.declaration import Source


@dataclass(frozen=True, slots=True)
class SourceDuFlux:
    """``siren``, ``siret``: attributes that name the unit of a row, "" for none."""

    source: Source
    attributs: tuple[str, ...]
    siren: str
    siret: str

    @property
    def nom(self) -> str:
        return self.source.nom

    @property
    def numeros(self) -> tuple[str, str]:
        return self.siren, self.siret

    def sql_siren(self, alias: str) -> str:
        """SQL of the SIREN of a row."""
        siret = f'left({alias}."{self.siret}", 9)'
        if not self.siren:
            return siret
        siren = f'{alias}."{self.siren}"'
        return f"coalesce({siren}, {siret})" if self.siret else siren


def du_flux(source: Source) -> SourceDuFlux | None:
    """The source as the feed reads it; None when it is closed, about no company, or a file that feeds other sources."""
    siren, siret = (attribut_du_numero(source, genre) for genre in (champs.Siren, champs.Siret))
    if not (siren or siret) or source.verse_dans or not source.importable or catalogue.refus(source):
        return None
    publies = telechargement.publies(source, catalogue.ouverte(source))
    return SourceDuFlux(source, publies, siren, siret) if publies else None


def toutes() -> Mapping[str, SourceDuFlux]:
    return {lue.nom: lue for source in registre.toutes() if (lue := du_flux(source))}
