"""Officers of a company, their other offices, its successions.

Read in one more round trip, on the tab of the officers only. Nothing crosses a masked unit: its own officers are not
looked for elsewhere, and a masked company is found from none.
"""

# ruff: noqa: S608 (names of views and columns come from declarations; every value is a parameter)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import structlog

from fce.donnees.entreprises import diffusion, requetes
from fce.donnees.entreprises.construction import entreprise_vue, etablissement_vu
from fce.donnees.entreprises.contenu import EntrepriseVue
from fce.donnees.entreprises.repertoire import SUCCESSIONS
from fce.donnees.imports.selectors import sql_indexee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.formes.officiers import AutreMandat, AutresMandats, DirectionVue, trait_de
from fce.fiche.lecture.plan import Plan
from fce.fiche.unite.unite_visee import Unite
from fce.socle.base.branches import Branche, Lignes, Prealable, lignes_de
from fce.socle.base.lectures import citer
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.onglets import ONGLETS, Onglet
from fce.sources.synthese import Direction

log = structlog.get_logger(__name__)

OFFICIERS_MAX: Final = 40
"""Officers whose other offices are looked for."""
AUTRES_MAX: Final = 20
"""Other companies named for an officer; the rest is counted."""
MANDATS_MAX: Final = 1000
"""Offices read to count those of an officer."""


def direction_de(
    permises: Iterable[tuple[Plan, Sequence[Mapping[str, Any]]]],
    fiche: Unite,
    lecteur: LecteurDeDonnees,
    versions: Versions,
    onglet: Onglet,
) -> DirectionVue | None:
    """Officers of the company, from its plans and their rows; None when no source tells them, or when ``fiche``, its
    own, does not show them in this ``onglet``. One round trip on their tab, none for an establishment."""
    for plan, lignes in permises:
        if (trait := trait_de(plan.source)) is None:
            continue
        if not fiche.entreprise:
            return DirectionVue(plan.source, trait, versions.provenance(plan.source), lignes)
        if onglet is ONGLETS["dirigeants"]:
            return lire_la_direction(plan, lignes, lecteur, versions)
    return None


def lire_la_direction(
    plan: Plan, lignes: Sequence[Mapping[str, Any]], lecteur: LecteurDeDonnees, versions: Versions
) -> DirectionVue:
    """Other offices of the officers ``lignes`` of a company, and its successions. One round trip.

    ``plan``: that of the source of officers, situated.
    """
    source, unite, trait = plan.source, plan.unite, trait_de(plan.source)
    assert trait is not None  # noqa: S101 – the caller found the source by its trait
    rapprochable = set(trait.personne) <= plan.lisibles.keys() and bool(lecteur.acteur.identifiant)
    ouverte = plan.branche is not None and not unite.regimes.unite.masque
    branches: list[Branche] = [*requetes.successions_de(unite.siren)]
    cherches = _cherches(trait, lignes) if rapprochable and ouverte else {}
    autres: tuple[Prealable, ...] = ()
    if ouverte:
        autres = _autres(source, trait, unite.siren, cherches)
        if (anciens := registre.source(trait.anciens)).nom in versions:
            autres = (*autres, *_autres(anciens, trait, unite.siren, cherches, fin=trait.fin))
    if autres:
        nommees = " UNION ".join(f"SELECT siren FROM {p.nom}" for p in autres)
        branches += [
            *(Branche(p.nom, f"SELECT * FROM {p.nom}", prealables=autres) for p in autres),
            requetes.unites_ouvertes(nommees, autres),
        ]
    toutes = lignes_de(branches, preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
    vues = {x["siren"]: entreprise_vue(x, None, 0, 0) for x in toutes.get("unites") or ()}
    return DirectionVue(
        source,
        trait,
        versions.provenance(source),
        lignes,
        _autres_par_rang(trait, lignes, toutes, vues) if rapprochable else None,
        toutes["liens"] or (),
        {x["e"]["siret"]: etablissement_vu(x["e"], x["u"]) for x in toutes["lies"] or ()},
        (versions.provenance(registre.source(SUCCESSIONS)),),
    )


def _cherches(trait: Direction, lignes: Sequence[Mapping[str, Any]]) -> dict[int, tuple[str, str, str, str]]:
    """{rank: (SIREN, family name, first names, month of birth)} of the officers to look for elsewhere; a person
    without first names or month of birth is not."""
    trouves = {}
    for rang, ligne in enumerate(lignes[:OFFICIERS_MAX]):
        if societe := ligne.get(trait.societe):
            trouves[rang] = (societe, "", "", "")
        elif all(personne := [ligne.get(a) for a in trait.personne]):
            nom, prenoms, naissance = map(str, personne)
            trouves[rang] = ("", nom, prenoms, naissance)
    return trouves


def _autres(
    source: Source, trait: Direction, siren: str, cherches: Mapping[int, tuple[str, str, str, str]], fin: str = ""
) -> tuple[Prealable, ...]:
    """The other companies of each officer: same SIREN, or same names and month of birth (case, commas and hyphens
    apart). ``fin``: attribute that tells the end of the offices of ``source``."""
    if not cherches:
        return ()
    nom, prenoms, naissance = map(citer, trait.personne)
    societe, role, qualite = citer(trait.societe), citer(trait.role), citer(trait.qualite)
    condition, params = sql_indexee(source, (trait.nom, trait.naissance))
    dite = f"d.{citer(fin)}" if fin else "''"
    colonnes = f"d.siren, d.{role} AS role, d.{qualite} AS qualite, {dite} AS fin, d.ligne"
    sql = (
        "SELECT p.rang, m.* FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[]) "
        "AS p(rang, societe, nom, prenoms, naissance) CROSS JOIN LATERAL ("
        "SELECT v.siren, (array_agg(v.role ORDER BY v.ligne))[1] AS role, "
        "(array_agg(v.qualite ORDER BY v.ligne))[1] AS qualite, (array_agg(v.fin ORDER BY v.ligne))[1] AS fin, "
        "count(*) OVER () AS total, "
        f"sum(count(*)) OVER () >= {MANDATS_MAX} AS tronque FROM ("
        f"(SELECT {colonnes} FROM {source.relation} d WHERE d.{societe} = p.societe AND p.societe <> '' "
        f"AND d.siren <> %s LIMIT {MANDATS_MAX}) UNION ALL "
        f"(SELECT {colonnes} FROM {source.relation} d WHERE d.{nom} = p.nom AND d.{naissance} = p.naissance "
        f"AND p.nom <> '' AND {_ecrits(f'd.{prenoms}')} = {_ecrits('p.prenoms')} AND d.siren <> %s "
        f"LIMIT {MANDATS_MAX})) v WHERE {requetes.ouverte('v.siren')} "
        f"GROUP BY v.siren ORDER BY v.siren LIMIT {AUTRES_MAX}) m WHERE {condition}"
    )
    rangs, valeurs = list(cherches), list(zip(*cherches.values(), strict=True))
    return (Prealable("quittes" if fin else "autres", sql, (rangs, *map(list, valeurs), siren, siren, *params)),)


def _ecrits(prenoms: str) -> str:
    return f"btrim(regexp_replace(translate(upper({prenoms}), ',-', '  '), ' +', ' ', 'g'))"


def _autres_par_rang(
    trait: Direction,
    lignes: Sequence[Mapping[str, Any]],
    toutes: Mapping[str, Lignes | None],
    vues: Mapping[str, EntrepriseVue],
) -> dict[int, AutresMandats]:
    actuels, parties = toutes.get("autres"), toutes.get("quittes")
    cherches = _cherches(trait, lignes) if actuels is not None else {}

    def nommes(rang: int, parmi: Lignes | None) -> tuple[AutreMandat, ...]:
        siens = (x for x in parmi or () if x["rang"] == rang and x["siren"] in vues)
        return tuple(
            AutreMandat(
                vues[x["siren"]],
                "" if x["fin"] else trait.verbes.get(x["role"] or "", ""),
                x["qualite"] or "",
                x["fin"],
            )
            for x in siens
        )

    premieres = {x["rang"]: x for x in actuels or ()}
    return {
        rang: AutresMandats(
            nommes(rang, actuels),
            premieres[rang]["total"] if rang in premieres else 0,
            not (rang in premieres and premieres[rang]["tronque"]),
            nommes(rang, parties),
        )
        for rang in cherches
    }
