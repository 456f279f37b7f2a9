"""The companies of a group: names, state and alarms, from open data, then the head-count that the reader may read."""

# ruff: noqa: S608 (names of views and columns come from declarations; every value is a parameter)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import structlog

from fce.donnees.entreprises import diffusion, lieux, requetes
from fce.donnees.entreprises.apports import ouvert
from fce.donnees.entreprises.construction import entreprise_vue
from fce.donnees.entreprises.contenu import EntrepriseVue
from fce.donnees.entreprises.diffusion import Regime
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.portee import lieu_departement
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.lecture.plan import Plan
from fce.fiche.lecture.typage import typer
from fce.fiche.unite.perimetre import ENTREPRISE
from fce.fiche.unite.unite_visee import Regimes, Unite
from fce.socle.base.branches import Branche, Lignes, Prealable, lignes_de
from fce.socle.base.lectures import citer
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.presentation import Filtre
from fce.sources.synthese import Effectif

log = structlog.get_logger(__name__)
AVIS_MAX: Final = 20_000
_OUVERTE: Final = Unite("0" * 9, Regimes(Regime.OUVERT))
"""Any company of which nothing is hidden: no other is read here."""


class Etats(NamedTuple):
    """By SIREN: the companies of which nothing is hidden, the sentences of their alarms, and (employees, None when
    unknown; rows; départements) of each company of which the reader may read an establishment."""

    vues: Mapping[str, EntrepriseVue]
    alertes: Mapping[str, Sequence[str]]
    effectifs: Mapping[str, tuple[int | None, int, frozenset[str]]]


def lire_les_etats(sirens: Sequence[str], lecteur: LecteurDeDonnees, versions: Versions) -> Etats:
    """One round trip."""
    membres = (Prealable("membres", "SELECT unnest(%s::text[]) AS siren", (list(sirens),)),)
    voulues = [requetes.unites_ouvertes("SELECT siren FROM membres", membres)]
    voulues += [_avis(source, filtre, membres) for source, filtre in alertantes()]
    if source := source_des_effectifs(lecteur, versions):
        voulues.append(_effectifs(source, lecteur, versions, membres))
    toutes = lignes_de(voulues, preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
    vues = {x["siren"]: entreprise_vue(x, None, 0, 0) for x in toutes["unites"] or ()}
    comptes = (x for x in toutes.get("effectifs") or () if x["siren"] in vues)
    effectifs = {x["siren"]: (x["combien"], x["nombre"], frozenset(filter(None, x["ou"]))) for x in comptes}
    return Etats(vues, _alertes(toutes, lecteur.aujourd_hui), effectifs)


def source_des_effectifs(lecteur: LecteurDeDonnees, versions: Versions) -> Source | None:
    """The head-count by establishment that comes first, when it is in place and open to the reader."""
    connues = [
        (t.rang, s) for s in registre.toutes() for t in s.synthese if isinstance(t, Effectif) and "siret" in s.champs
    ]
    source = min(connues, key=lambda x: x[0], default=(0, None))[1]
    return source if source and source.nom in versions and lecteur.portee(source) else None


def _effectifs(
    source: Source, lecteur: LecteurDeDonnees, versions: Versions, membres: tuple[Prealable, ...]
) -> Branche:
    """At the last month of the file. A company without employees has a row too."""
    trait = next(t for t in source.synthese if isinstance(t, Effectif))
    # A month counts as its last day, and is stored as its first.
    mois = (fin := versions.provenance(source).date_metier) and fin.replace(day=1)
    droits = lecteur.portee(source).lignes(lieu_departement("e.departement"), ("siret", trait.date, trait.valeur))
    return Branche(
        "effectifs",
        f"SELECT e.siren, sum(f.{citer(trait.valeur)})::bigint AS combien, count(f.siret) AS nombre, "
        f"array_agg(DISTINCT e.departement) AS ou FROM ({lieux.sql_sites('SELECT siren FROM membres')}) "
        f"e(siren, siret, departement) LEFT JOIN {source.relation} f ON f.siret = e.siret "
        f"AND f.{citer(trait.date)} = %s WHERE {droits.sql} GROUP BY e.siren",
        (mois, *droits.parametres),
        prealables=membres,
    )


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
