"""Sources cited in the legal notice, by producer, with their licences."""

from __future__ import annotations

from fce.sources import registre
from fce.sources.declaration import Producteur, Source


def sources_citees() -> list[tuple[Producteur, list[Source]]]:
    """Return the producers of the catalogue by name, with their data sets by title. No query."""
    par_producteur: dict[str, list[Source]] = {}
    for source in registre.toutes():
        par_producteur.setdefault(source.producteur.code, []).append(source)
    cites = [(s[0].producteur, sorted(s, key=lambda x: x.titre.casefold())) for s in par_producteur.values()]
    return sorted(cites, key=lambda c: c[0].nom.casefold())
