"""The sources as a legal notice cites them: by producer, each data set with its licence."""

from __future__ import annotations

from fce.sources import registre
from fce.sources.declaration import Producteur, Source


def sources_citees() -> list[tuple[Producteur, list[Source]]]:
    """Producers of the catalogue by name, each with its data sets by title. Nothing is read in the database."""
    par_producteur: dict[str, list[Source]] = {}
    for source in registre.toutes():
        par_producteur.setdefault(source.producteur.code, []).append(source)
    cites = [(s[0].producteur, sorted(s, key=lambda x: x.titre.casefold())) for s in par_producteur.values()]
    return sorted(cites, key=lambda c: c[0].nom.casefold())
