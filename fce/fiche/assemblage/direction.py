"""Officers of a company, their other offices, the companies that it runs, its successions.

Read in one more round trip, on the tab of the officers only. Nothing crosses a masked unit: neither its own officers
nor the companies that it runs are looked for elsewhere, and a masked company is found from none.
"""

# ruff: noqa: S608 (names of views and columns come from declarations; every value is a parameter)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import structlog

from fce.donnees.entreprises import diffusion, requetes
from fce.donnees.entreprises.apports import ouvert
from fce.donnees.entreprises.construction import entreprise_vue, etablissement_vu
from fce.donnees.entreprises.contenu import EntrepriseVue
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.repertoire import SUCCESSIONS
from fce.donnees.imports.selectors import sql_indexee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.formes.officiers import AutreMandat, AutresMandats, DirectionVue, Filiale, trait_de
from fce.fiche.lecture.plan import Plan
from fce.fiche.lecture.typage import typer
from fce.fiche.unite.perimetre import ENTREPRISE
from fce.fiche.unite.unite_visee import Regimes, Unite
from fce.socle.base.branches import Branche, Lignes, Prealable, lignes_de
from fce.socle.base.lectures import citer
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.onglets import ONGLETS, Onglet
from fce.sources.presentation import Filtre
from fce.sources.synthese import Direction

log = structlog.get_logger(__name__)

OFFICIERS_MAX: Final = 40
"""Officers whose other offices are looked for."""
AUTRES_MAX: Final = 20
"""Other companies named for an officer; the rest is counted."""
MANDATS_MAX: Final = 1000
"""Offices read to count those of an officer."""
FILIALES_MAX: Final = 100
"""Companies read at each of the two ranks."""
AVIS_MAX: Final = 5000
_OUVERTE: Final = Unite("0" * 9, Regimes(Regime.OUVERT))
"""Any company of which nothing is hidden: no other is read here."""


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
    """Other offices of the officers ``lignes`` of a company, companies that it runs, successions. One round trip.

    ``plan``: that of the source of officers, situated.
    """
    source, unite, trait = plan.source, plan.unite, trait_de(plan.source)
    assert trait is not None  # noqa: S101 – the caller found the source by its trait
    rapprochable = set(trait.personne) <= plan.lisibles.keys() and bool(lecteur.acteur.identifiant)
    ouverte = plan.branche is not None and not unite.regimes.unite.masque
    branches: list[Branche] = [*requetes.successions_de(unite.siren)]
    cherches = _cherches(trait, lignes) if rapprochable and ouverte else {}
    if ouverte:
        filles, autres = _filiales(source, trait, unite.siren), _autres(source, trait, unite.siren, cherches)
        if (anciens := registre.source(trait.anciens)).nom in versions:
            autres = (*autres, *_autres(anciens, trait, unite.siren, cherches, fin=trait.fin))
        nommees = [f"SELECT siren FROM {p.nom}" for p in (*filles, *autres)]
        branches += [
            Branche("filiales", "SELECT * FROM rang1 UNION ALL SELECT * FROM rang2", prealables=filles),
            *(Branche(p.nom, f"SELECT * FROM {p.nom}", prealables=autres) for p in autres),
            requetes.unites_ouvertes(" UNION ".join(nommees), (*filles, *autres)),
            *(_avis(alerte, filtre, filles) for alerte, filtre in alertantes()),
        ]
    toutes = lignes_de(branches, preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
    vues = {x["siren"]: entreprise_vue(x, None, 0, 0) for x in toutes.get("unites") or ()}
    rangs = toutes.get("filiales", Lignes("", 0, ()))
    return DirectionVue(
        source,
        trait,
        versions.provenance(source),
        lignes,
        _autres_par_rang(trait, lignes, toutes, vues) if rapprochable else None,
        None if rangs is None else tuple(_filiales_vues(trait, rangs, vues, _alertes(toutes, lecteur.aujourd_hui))),
        any(sum(x["rang"] == rang for x in rangs or ()) >= FILIALES_MAX for rang in (1, 2)),
        toutes["liens"] or (),
        {x["e"]["siret"]: etablissement_vu(x["e"], x["u"]) for x in toutes["lies"] or ()},
        tuple(versions.provenance(s) for s, _ in alertantes() if s.nom in versions),
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


def _filiales(source: Source, trait: Direction, siren: str) -> tuple[Prealable, Prealable]:
    """The companies that it runs, then those that they run, which are neither it nor the first."""
    societe, role = citer(trait.societe), citer(trait.role)

    def rang(numero: int, depuis: str, condition: str, par: str) -> str:
        # One row per company: its first office.
        return (
            f"SELECT DISTINCT ON (d.siren) d.siren, d.{role} AS role, {numero} AS rang, {par} AS par "
            f"FROM {depuis} WHERE {condition} AND d.siren <> %s AND d.{role} = ANY(%s) "
            f"AND {requetes.ouverte('d.siren')} ORDER BY d.siren, d.ligne LIMIT {FILIALES_MAX}"
        )

    roles = list(trait.verbes)
    second = f"{source.relation} d JOIN rang1 f ON d.{societe} = f.siren"
    return (
        Prealable("rang1", rang(1, f"{source.relation} d", f"d.{societe} = %s", "NULL::text"), (siren, siren, roles)),
        Prealable("rang2", rang(2, second, "d.siren NOT IN (SELECT r.siren FROM rang1 r)", "f.siren"), (siren, roles)),
    )


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


def _avis(source: Source, filtre: Filtre, filles: tuple[Prealable, ...]) -> Branche:
    colonnes = ", ".join(f"b.{citer(a)}" for a in dict.fromkeys(("siren", *filtre.attributs)))
    parmi = "SELECT siren FROM rang1 UNION SELECT siren FROM rang2"
    sql = f"SELECT {colonnes} FROM {source.relation} b WHERE b.siren IN ({parmi}) ORDER BY b.ligne LIMIT {AVIS_MAX}"
    return Branche(f"avis-{source.nom}", sql, prealables=filles)


def _alertes(toutes: Mapping[str, Lignes | None], aujourd_hui: date) -> dict[str, list[tuple[str, date | None]]]:
    """{SIREN: [(sentence, day)…]}; a rule that fails costs its own alerts."""
    trouvees: dict[str, list[tuple[str, date | None]]] = {}
    for source, filtre in alertantes():
        par_siren: dict[str, list[Mapping[str, Any]]] = {}
        try:
            lisibles = {a: source.champs[a] for a in ("siren", *filtre.attributs)}
            plan = Plan(source, _OUVERTE, lisibles, ENTREPRISE)
            for ligne in typer(plan, toutes.get(f"avis-{source.nom}") or ()):
                par_siren.setdefault(ligne["siren"], []).append(ligne)
            for siren, lignes in par_siren.items():
                for x in filtre.selection(lignes, aujourd_hui) if filtre.selection else lignes:
                    libelle = filtre.libelle(str(x[filtre.champ])) if filtre.libelle else x[filtre.champ]
                    if libelle:
                        quand = next((x[j] for j in filtre.jours if x[j]), None)
                        trouvees.setdefault(siren, []).append((str(libelle), quand))
        except Exception as erreur:
            log.error("alertes de %s : %s", source.nom, type(erreur).__name__)
    return trouvees


def _filiales_vues(
    trait: Direction,
    rangs: Sequence[Mapping[str, Any]],
    vues: Mapping[str, EntrepriseVue],
    alertes: Mapping[str, Sequence[tuple[str, date | None]]],
) -> list[Filiale]:
    """Those with an alert first, then by rank and name."""
    filles = [
        Filiale(vues[x["siren"]], x["rang"], trait.verbes[x["role"]], vues.get(x["par"] or ""),
                tuple(alertes.get(x["siren"], ())))
        for x in rangs if x["siren"] in vues
    ]  # fmt: skip
    return sorted(filles, key=lambda f: (not f.alertes, f.rang, f.entreprise.nom))


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
