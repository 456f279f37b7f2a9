"""What open data say of the companies of a group: their names, their state, their alarms."""

# ruff: noqa: S608 (names of views and columns come from declarations; every value is a parameter)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import structlog

from fce.donnees.entreprises import diffusion, requetes
from fce.donnees.entreprises.apports import ouvert
from fce.donnees.entreprises.construction import entreprise_vue
from fce.donnees.entreprises.contenu import EntrepriseVue
from fce.donnees.entreprises.diffusion import Regime
from fce.fiche.lecture.plan import Plan
from fce.fiche.lecture.typage import typer
from fce.fiche.unite.perimetre import ENTREPRISE
from fce.fiche.unite.unite_visee import Regimes, Unite
from fce.socle.base.branches import Branche, Lignes, Prealable, lignes_de
from fce.socle.base.lectures import citer
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.presentation import Filtre

log = structlog.get_logger(__name__)
AVIS_MAX: Final = 20_000
_OUVERTE: Final = Unite("0" * 9, Regimes(Regime.OUVERT))
"""Any company of which nothing is hidden: no other is read here."""


class Etats(NamedTuple):
    """By SIREN: the companies of which nothing is hidden, then the sentences of their alarms."""

    vues: Mapping[str, EntrepriseVue]
    alertes: Mapping[str, Sequence[str]]


def lire_les_etats(sirens: Sequence[str], aujourd_hui: date) -> Etats:
    """One round trip."""
    membres = (Prealable("membres", "SELECT unnest(%s::text[]) AS siren", (list(sirens),)),)
    voulues = [requetes.unites_ouvertes("SELECT siren FROM membres", membres)]
    voulues += [_avis(source, filtre, membres) for source, filtre in alertantes()]
    toutes = lignes_de(voulues, preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
    vues = {x["siren"]: entreprise_vue(x, None, 0, 0) for x in toutes["unites"] or ()}
    return Etats(vues, _alertes(toutes, aujourd_hui))


def alertantes() -> list[tuple[Source, Filtre]]:
    """Open sources about companies whose values are alerts, with what makes them so."""
    return [
        (source, filtre)
        for source in registre.toutes()
        for filtre in source.recherche
        if isinstance(filtre, Filtre)
        and filtre.alerte
        and "siren" in source.champs
        and all(ouvert(source, a) for a in ("siren", *filtre.attributs))
    ]


def _avis(source: Source, filtre: Filtre, membres: tuple[Prealable, ...]) -> Branche:
    colonnes = ", ".join(f"b.{citer(a)}" for a in dict.fromkeys(("siren", *filtre.attributs)))
    depuis = f"{source.relation} b JOIN membres m ON m.siren = b.siren"
    sql = f"SELECT {colonnes} FROM {depuis} ORDER BY b.ligne LIMIT {AVIS_MAX}"
    return Branche(f"avis-{source.nom}", sql, prealables=membres)


def _alertes(toutes: Mapping[str, Lignes | None], aujourd_hui: date) -> dict[str, list[str]]:
    """A rule that fails costs its own alerts."""
    trouvees: dict[str, list[str]] = {}
    for source, filtre in alertantes():
        par_siren: dict[str, list[Mapping[str, Any]]] = {}
        try:
            lisibles = {a: source.champs[a] for a in ("siren", *filtre.attributs)}
            plan = Plan(source, _OUVERTE, lisibles, ENTREPRISE)
            for ligne in typer(plan, toutes.get(f"avis-{source.nom}") or ()):
                par_siren.setdefault(ligne["siren"], []).append(ligne)
            for siren, lignes in par_siren.items():
                codes = [
                    x[filtre.champ] for x in (filtre.selection(lignes, aujourd_hui) if filtre.selection else lignes)
                ]
                dites = [filtre.libelle(str(c)) if filtre.libelle else c for c in codes]
                trouvees.setdefault(siren, []).extend(dict.fromkeys(str(d) for d in dites if d))
        except Exception as erreur:
            log.error("alertes de %s : %s", source.nom, type(erreur).__name__)
    return trouvees
