"""The filter panel: boxes and fields, made from the entries of ``filtres`` and the facet counts.

Pure functions from a ``Requete`` and its facets to small frozen objects for the template.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fce.recherche.question import filtres
from fce.recherche.question.alimentations import OUI
from fce.recherche.question.filtre import Composant, FiltreDeRecherche
from fce.recherche.question.requete import ETATS, Requete
from fce.recherche.reponse.resultats import Facette

CASES_VISIBLES = 6
CASES_MAX = 60
CASES_DECLAREES_MAX = 30
GROUPES_VISIBLES = 4
"""Filters of the other sources shown unfolded: those that most results have."""

Facettes = Mapping[str, Sequence[Facette]]


@dataclass(frozen=True, slots=True)
class CaseDeFiltre:
    """A checkbox. ``nombre`` is None when unknown; ``estime``: it is approximate."""

    code: str
    libelle: str
    nombre: int | None
    actif: bool
    estime: bool = False


@dataclass(frozen=True, slots=True)
class GroupeDeCases:
    """A filter and its boxes: those shown, those behind « Plus », and the number of ticked ones."""

    nom: str
    titre: str
    cases: tuple[CaseDeFiltre, ...]
    suite: tuple[CaseDeFiltre, ...]
    actifs: int


@dataclass(frozen=True, slots=True)
class GroupesDesSources:
    """Filters of the other sources: shown, folded, and the single-box ones, gathered."""

    visibles: tuple[GroupeDeCases, ...]
    replies: tuple[GroupeDeCases, ...]
    simples: tuple[GroupeDeCases, ...]

    @property
    def simples_actifs(self) -> int:
        return sum(g.actifs for g in self.simples)


@dataclass(frozen=True, slots=True)
class ChampDeFiltre:
    """A filter displayed as a field: its title, its label, the values asked."""

    nom: str
    titre: str
    invite: str
    valeurs: tuple[str, ...]

    @property
    def valeur(self) -> str:
        """The value shown in the field; any others are hidden fields."""
        return next(iter(self.valeurs), "")


def comptes_montres() -> frozenset[str]:
    """Names of the filters whose counts are displayed. States have none."""
    return frozenset(filtres.tous())


def panneau(requete: Requete, facettes: Facettes) -> dict[str, Any]:
    lieux = [groupe(requete, filtres.SIRENE[nom], facettes) for nom in filtres.LIEUX]
    cases = [f for f in filtres.SIRENE.values() if f.composant is Composant.CASES]
    return {
        "lieux": lieux,
        "lieux_actifs": sum(g.actifs for g in lieux),
        "activites": groupe(requete, filtres.SIRENE["naf"], facettes),
        "groupes": [groupe(requete, f, facettes) for f in sorted(cases, key=lambda f: f.ordre)],
        "textes": _champs(requete, Composant.TEXTE),
        "declares": groupes_des_sources(requete, facettes),
        "etats": ETATS.items(),
        "oui_non": [c for c in _champs(requete, Composant.OUI_NON) if requete.vue in filtres.SIRENE[c.nom].porteurs],
        "dates": _champs(requete, Composant.DATE),
    }


def groupe(requete: Requete, filtre: FiltreDeRecherche, facettes: Facettes) -> GroupeDeCases:
    """Return the boxes of a filter: active values first, then the most frequent ones.

    Activities open level by level: sections, then the content of those ticked.
    """
    actifs = requete.filtres.get(filtre.nom, ())
    connues = {facette.code: facette for facette in facettes.get(filtre.nom, ())}
    # Once something is asked, a source's value that no result has gets no box.
    proposes = [*connues] or ([] if filtre.declare and facettes else [*filtre.valeurs])
    if filtre.enfants is not None:
        racines = filtre.racines({c: f.nombre for c, f in connues.items()}) if filtre.racines else filtre.valeurs
        ouverts = {*racines, *(enfant for code in actifs for enfant in filtre.enfants(code))}
        proposes = [code for code in proposes if code in ouverts]
    codes = [*dict.fromkeys([*actifs, *proposes])]
    if filtre.rang is not None:
        codes.sort(key=filtre.rang)
    cases = tuple(_case(filtre, code, connues.get(code), actif=code in actifs) for code in codes)
    courte = len(cases) if filtre.rang is not None else max(CASES_VISIBLES, len(actifs))
    longue = CASES_DECLAREES_MAX if filtre.declare else CASES_MAX
    return GroupeDeCases(filtre.nom, filtre.titre, cases[:courte], cases[courte:longue], len(actifs))


def groupes_des_sources(requete: Requete, facettes: Facettes) -> GroupesDesSources:
    """Return the filters that sources declare: active ones first, then by number of results; single-box ones apart."""
    groupes = [groupe(requete, f, facettes) for f in filtres.declares() if f.composant is Composant.CASES]
    utiles = [g for g in groupes if g.cases]
    utiles.sort(key=lambda g: (-g.actifs, -sum(c.nombre or 0 for c in g.cases)))
    coupe = max(GROUPES_VISIBLES, sum(bool(g.actifs) for g in utiles))
    simples = [_en_une_case(groupe(requete, f, facettes)) for f in filtres.declares() if f.composant is Composant.CASE]
    return GroupesDesSources(tuple(utiles[:coupe]), tuple(utiles[coupe:]), tuple(g for g in simples if g.cases))


def _champs(requete: Requete, composant: Composant) -> list[ChampDeFiltre]:
    return [
        ChampDeFiltre(f.nom, f.titre, f.invite, requete.filtres.get(f.nom, ()))
        for f in filtres.SIRENE.values()
        if f.composant is composant
    ]


def _case(filtre: FiltreDeRecherche, code: str, facette: Facette | None, *, actif: bool) -> CaseDeFiltre:
    libelle = filtre.en_clair(code)
    if facette is None:
        return CaseDeFiltre(code, libelle, None, actif)
    return CaseDeFiltre(code, libelle, facette.nombre, actif, facette.estimee)


def _en_une_case(groupe: GroupeDeCases) -> GroupeDeCases:
    """Label the « yes » box with the title of the filter. The « no » box is displayed only when active."""
    cases = [
        replace(c, libelle=groupe.titre if c.code == OUI else f"{groupe.titre} : non")
        for c in groupe.cases
        if c.code == OUI or c.actif
    ]
    return replace(groupe, cases=tuple(cases))
