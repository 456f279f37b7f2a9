"""What a declaration says of its display must hold together: checked when it is loaded, never while a page is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fce.sources.presentation import Serie
from fce.sources.rubriques import TITRES

if TYPE_CHECKING:
    from fce.sources.declaration import Source


def fautes(source: Source) -> list[str]:
    """French sentences, one per fault: no title, a chapter that does not exist, a field cited that is not declared."""
    trouvees = []
    if not source.titre.strip():
        trouvees.append("le titre manque")
    if source.rubrique and source.rubrique not in TITRES:
        trouvees.append(f"la rubrique « {source.rubrique} » n'existe pas (rubriques : {', '.join(TITRES)})")
    inconnus = dict.fromkeys((ou, attribut) for ou, attribut in _cites(source) if attribut not in source.champs)
    trouvees += [f"{ou} cite un champ qui n'existe pas : « {attribut} »" for ou, attribut in inconnus]
    return trouvees


def _cites(source: Source) -> Iterator[tuple[str, str]]:
    """(where, attribute) of every field named by the presentation, the timeline and the feeds of the search."""
    forme = source.presentation
    # A business rule may add attributes of its own to the rows.
    if source.selection is None:
        noms = [*getattr(forme, "colonnes", ()), *getattr(forme, "total", ()), *getattr(forme, "optionnelles", ())]
        if isinstance(forme, Serie):
            noms += [forme.date, *forme.courbes, *forme.barres]
        noms.append(getattr(forme, "tri", "").removeprefix("-"))
        yield from (("la présentation", nom) for nom in noms if nom)
        if source.jalon:
            yield from (("le jalon", nom) for nom in (source.jalon.date, source.jalon.detail) if nom)
    if source.par_an:
        yield from (("le chiffre par an", nom) for nom in (source.par_an.date, source.par_an.valeur))
    if (groupe := source.regroupement) and source.selection is None:
        noms = [*groupe.somme, groupe.derniere, *groupe.colonnes]
        yield from (("le regroupement", nom) for nom in noms if nom)
    for apport in source.recherche:
        yield from (("la recherche", nom) for nom in apport.attributs)
