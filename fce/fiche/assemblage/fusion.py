"""A figure given year by year by several sources (``ParAn``): one table, each year with its source.

Uses only rows that the reader may read. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fce.fiche.assemblage.blocs import Versions, reuni
from fce.fiche.formes.contenu import Bloc, Cellule, ColonneVue, EnTableau
from fce.fiche.lecture.plan import Plan
from fce.fiche.unite.perimetre import reunir
from fce.socle.texte.formats import jour, nombre
from fce.sources.comptes import ParAn

ANNEES: Final = 5
Lignes = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Fusion:
    """A table and the sources that it is made of, by rank."""

    nom: str
    titre: str
    tableau: EnTableau
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class _Chiffre:
    valeur: Any
    cloture: date
    plan: Plan


def fusionner(permises: Sequence[tuple[Plan, Lignes]]) -> list[Fusion]:
    """Tables made of at least two sources. ``permises``: the rows read of each, already allowed.

    A figure of a part of the company is left out: it stays in its own bloc, with its scope.
    """
    par_nom: dict[str, list[tuple[ParAn, Plan, Lignes]]] = {}
    for plan, lignes in permises:
        par_an = plan.source.par_an
        if par_an and lignes and plan.perimetre.entier and {par_an.date, par_an.valeur} <= plan.lisibles.keys():
            par_nom.setdefault(par_an.nom, []).append((par_an, plan, lignes))
    fusions = []
    for nom, siennes in par_nom.items():
        siennes.sort(key=lambda sienne: sienne[0].rang)
        annees = _par_annee(siennes)
        retenues = sorted(annees, reverse=True)[:ANNEES]
        citees = {chiffre.plan.source.nom for annee in retenues for chiffre in annees[annee].values()}
        if len(citees) > 1:
            plans = tuple(plan for _, plan, _ in siennes if plan.source.nom in citees)
            fusions.append(Fusion(nom, siennes[0][0].titre, _tableau(annees, retenues, siennes), plans))
    return fusions


def blocs(permises: Sequence[tuple[Plan, Lignes]], versions: Versions) -> Iterator[tuple[str, Bloc]]:
    """(rubrique, bloc) of each table that several sources make together."""
    for trouvee in fusionner(permises):
        noms = [plan.source.nom for plan in trouvee.plans]
        yield trouvee.plans[0].source.rubrique, reuni(trouvee.titre, noms, versions, trouvee.tableau)


def _par_annee(siennes: Sequence[tuple[ParAn, Plan, Lignes]]) -> dict[int, dict[str, _Chiffre]]:
    """{year: {column: figure}} of the first source that gives one; a zero gives way to a figure of another source."""
    annees: dict[int, dict[str, _Chiffre]] = {}
    for par_an, plan, lignes in siennes:
        for ligne in lignes:
            cloture, valeur = ligne.get(par_an.date), ligne.get(par_an.valeur)
            if cloture is None or valeur is None:
                continue
            colonnes = annees.setdefault(cloture.year, {})
            connu = colonnes.get(par_an.colonne)
            # With two closing dates in a year, keep the latest.
            plus_tard = connu is not None and connu.plan is plan and cloture > connu.cloture
            vide = connu is not None and connu.plan is not plan and not connu.valeur and valeur
            if connu is None or plus_tard or vide:
                colonnes[par_an.colonne] = _Chiffre(valeur, cloture, plan)
    return annees


def _tableau(
    annees: Mapping[int, Mapping[str, _Chiffre]], retenues: Sequence[int], siennes: Sequence[tuple[ParAn, Plan, Lignes]]
) -> EnTableau:
    dites = {colonne for annee in retenues for colonne in annees[annee]}
    colonnes = [c for c in dict.fromkeys(par_an.colonne for par_an, _, _ in siennes) if c in dites]
    entetes = [ColonneVue("annee", "Exercice")]
    for rang, colonne in enumerate(colonnes):
        entetes += [ColonneVue(f"valeur_{rang}", colonne, True), ColonneVue(f"source_{rang}", "Source")]
    rangees = []
    for annee in retenues:
        rangee = [Cellule(str(annee), annee)]
        for colonne in colonnes:
            rangee += _cellules(annees[annee].get(colonne))
        rangees.append(tuple(rangee))
    perimetre = reunir((plan.source.titre, plan.perimetre) for _, plan, _ in siennes)
    return EnTableau(tuple(entetes), tuple(rangees), len(rangees), perimetre)


def _cellules(chiffre: _Chiffre | None) -> list[Cellule]:
    if chiffre is None:
        return [Cellule(""), Cellule("")]
    source = chiffre.plan.source
    origine = f"{source.producteur.sigle or source.producteur.nom}, {source.systeme}, clos le {jour(chiffre.cloture)}"
    return [Cellule(nombre(chiffre.valeur), chiffre.valeur), Cellule(origine, origine)]
