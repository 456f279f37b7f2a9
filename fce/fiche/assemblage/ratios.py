"""The ratios of a source (``Ratios``) in a bloc of their own: closing dates in columns, the median of the sector
beside each ratio. Uses only rows that the reader may read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fce.fiche.assemblage.blocs import Versions, reuni
from fce.fiche.formes.commun import colonne
from fce.fiche.formes.contenu import Bloc, Cellule, ColonneVue, EnTableau
from fce.fiche.lecture.plan import Plan
from fce.socle.texte.formats import jour, nombre
from fce.sources.comptes import Ratio

Lignes = Sequence[Mapping[str, Any]]


def blocs(permises: Sequence[tuple[Plan, Lignes]], versions: Versions) -> Iterator[tuple[str, Bloc]]:
    """(rubrique, bloc) of each source with ratios. ``permises``: the rows read of each, already chosen and allowed."""
    for plan, lignes in permises:
        ratios = plan.source.ratios
        contenu = tableau(plan, lignes) if ratios else None
        if ratios and contenu:
            yield plan.source.rubrique, reuni(ratios.titre, [plan.source.nom], versions, contenu)


def tableau(plan: Plan, lignes: Lignes) -> EnTableau | None:
    """None when no row has a closing date and a ratio."""
    ratios = plan.source.ratios
    assert ratios is not None  # noqa: S101 – the caller checked it
    montres = [r for r in ratios.ratios if r.attribut in plan.lisibles]
    datees = [x for x in lignes if x.get(ratios.date) and any(x.get(r.attribut) is not None for r in montres)]
    if not datees:
        return None
    rangees = [
        (Cellule(colonne(plan, r.attribut).libelle), *(_taux(x, r) for x in datees), Cellule(r.lecture))
        for r in montres
    ]
    types = list(dict.fromkeys(ratios.comptes(x) for x in datees))
    dits: list[tuple[str, Callable[[Mapping[str, Any]], str]]] = [("Médiane du secteur (calcul FCE)", ratios.secteur)]
    dits += [("Comptes", ratios.comptes)] if len(types) > 1 else []
    rangees += [(Cellule(t), *(Cellule(dire(x)) for x in datees), Cellule("")) for t, dire in dits]
    entetes = [ColonneVue(f"exercice_{n}", f"Clos le {jour(x[ratios.date])}", True) for n, x in enumerate(datees)]
    remplies = tuple(r for r in rangees if any(c.texte for c in r[1:-1]))
    colonnes = (ColonneVue("ratio", "Ratio"), *entetes, ColonneVue("lecture", "Comment le lire"))
    secteurs = ", ".join(dict.fromkeys(filter(None, map(ratios.intitule, datees))))
    notes = [f"Comptes {types[0]}." if len(types) == 1 and types[0] else "", ratios.note, ratios.calcul]
    notes += [f"Secteur : {secteurs}."] if secteurs else []
    return EnTableau(colonnes, remplies, len(remplies), plan.perimetre, note=" ".join(filter(None, notes)))


def _taux(ligne: Mapping[str, Any], ratio: Ratio) -> Cellule:
    """ "12,3 (secteur 8,2)"."""
    valeur, mediane = ligne.get(ratio.attribut), ligne.get(ratio.mediane)
    if valeur is None and mediane is None:
        return Cellule("")
    secteur = f" (secteur {nombre(mediane, 1)})" if mediane is not None else ""
    return Cellule(f"{nombre(valeur, 1) or '–'}{secteur}", valeur)
