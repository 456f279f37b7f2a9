"""The filters beside the results: boxes and fields, made from the entries of ``filtres`` and from counts.

Pure functions from a ``Requete`` and the facets of its results to small frozen objects that the template prints.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fce.recherche import filtres
from fce.recherche.alimentations import OUI
from fce.recherche.filtre import Composant, FiltreDeRecherche
from fce.recherche.requete import ETATS, Requete
from fce.recherche.resultats import Facette

CASES_VISIBLES = 6
CASES_MAX = 60
CASES_DECLAREES_MAX = 30
GROUPES_VISIBLES = 4
"""Filters of the other sources shown at once, those that most results bear; the rest is folded."""

Facettes = Mapping[str, Sequence[Facette]]


@dataclass(frozen=True, slots=True)
class CaseDeFiltre:
    """A box to tick. ``nombre`` is None when the count is not known, ``estime`` when it is about that."""

    code: str
    libelle: str
    nombre: int | None
    actif: bool
    estime: bool = False


@dataclass(frozen=True, slots=True)
class GroupeDeCases:
    """A filter and its boxes: those shown at once, those behind « Plus », and how many are ticked."""

    nom: str
    titre: str
    cases: tuple[CaseDeFiltre, ...]
    suite: tuple[CaseDeFiltre, ...]
    actifs: int
    deplie: bool


@dataclass(frozen=True, slots=True)
class GroupesDesSources:
    """Filters of the other sources: shown, folded, and those of one box, gathered."""

    visibles: tuple[GroupeDeCases, ...]
    replies: tuple[GroupeDeCases, ...]
    simples: tuple[GroupeDeCases, ...]

    @property
    def simples_actifs(self) -> int:
        """Boxes ticked among the gathered ones."""
        return sum(g.actifs for g in self.simples)


@dataclass(frozen=True, slots=True)
class ChampDeFiltre:
    """A filter that is a field of the form: its title, the label of the field, the values asked."""

    nom: str
    titre: str
    invite: str
    valeurs: tuple[str, ...]

    @property
    def valeur(self) -> str:
        """The value that the field shows; the others go along with it, hidden."""
        return next(iter(self.valeurs), "")


def comptes_montres() -> frozenset[str]:
    """Names of the filters whose counts are shown: the states are a choice without any."""
    return frozenset(filtres.tous())


def panneau(requete: Requete, facettes: Facettes) -> dict[str, Any]:
    """Return what the template of the panel prints."""
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
    """Return the boxes of a filter: its active values first, then the most frequent ones among the results.

    Activities open level by level: sections, then what is inside those that are ticked.
    """
    actifs = requete.filtres.get(filtre.nom, ())
    connues = {facette.code: facette for facette in facettes.get(filtre.nom, ())}
    # Those of a source that no result bears are not worth a box, once something is asked.
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
    return GroupeDeCases(
        filtre.nom, filtre.titre, cases[:courte], cases[courte:longue], len(actifs), bool(actifs) or filtre.deplie
    )


def groupes_des_sources(requete: Requete, facettes: Facettes) -> GroupesDesSources:
    """Return the filters that the sources declare: those asked, then those that most results bear; the rest apart."""
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
    """Turn « yes » into the title of its filter: the box says by itself what it asks. « No » shows when it is asked."""
    cases = [
        replace(c, libelle=groupe.titre if c.code == OUI else f"{groupe.titre} : non")
        for c in groupe.cases
        if c.code == OUI or c.actif
    ]
    return replace(groupe, cases=tuple(cases))
