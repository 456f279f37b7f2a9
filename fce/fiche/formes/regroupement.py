"""Facts about establishments on the sheet of their company: one row per establishment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from fce.fiche.formes import tableau
from fce.fiche.formes.commun import PREMIERES, VIDE, Contexte, colonne, du_metier, lieu, sommer, texte, trier
from fce.fiche.formes.contenu import Cellule, ColonneVue, EnTableau
from fce.fiche.formes.imprimable import Departement, LignesAilleurs
from fce.fiche.formes.serie import en_date
from fce.fiche.lecture.plan import Forme, Plan
from fce.fiche.unite.perimetre import nommer
from fce.sources.presentation import ParEtablissement

LIMITE: Final = 20
ETATS: Final = {"A": "Ouvert", "F": "Fermé"}
Groupes = list[list[dict[str, Any]]]
"""Facts, by establishment."""


def composer(plan: Plan, lignes: Sequence[dict[str, Any]], contexte: Contexte) -> EnTableau:
    """The establishment, number of rows, then what the declaration adds up or keeps. On a page, the reader's territory
    first; in a file or a full list, SIRET, state and commune."""
    groupe = plan.source.regroupement
    assert groupe is not None  # noqa: S101 – the caller asked
    par_etablissement: Groupes = []
    if plan.forme is Forme.PAR_ETABLISSEMENT:
        total = contexte.total or len(lignes)
        totaux = {a: lignes[0].get(f"_somme_{a}") for a in groupe.somme if lignes and a in plan.lisibles}
        faits = int(lignes[0].get("_lignes") or 0) if lignes else 0
    else:
        par_etablissement = grouper(lignes, plan.siret, groupe)
        if not contexte.tri:
            # The reader's territory first.
            par_etablissement.sort(key=lambda siens: not contexte.ici(siens[0][plan.siret]))
        total, faits = len(par_etablissement), len(lignes)
        totaux = {a: sommer(lignes, a) for a in groupe.somme if a in plan.lisibles}
    colonnes = _colonnes(plan, groupe, contexte, comptees=faits > total)
    # Only the rows shown are composed, unless their order depends on it.
    limite = None if contexte.complet else contexte.limite(LIMITE, len(colonnes))
    ailleurs = None
    if plan.forme is Forme.PAR_ETABLISSEMENT:
        montres = lignes[:limite]
    elif contexte.tri:
        montres = trier([resumer(f, groupe, plan.lisibles) for f in par_etablissement], contexte.tri)[:limite]
    else:
        choisis, ailleurs = _choisir(par_etablissement, plan, groupe, contexte, limite)
        montres = [resumer(f, groupe, plan.lisibles) for f in choisis]
    contenu = tableau.construire(
        plan,
        colonnes,
        montres,
        total,
        totaux=totaux if total > 1 else {},
        ensemble=contexte.ensemble.sommes if contexte.ensemble else {},
        unites="établissement",
        note=tableau.note(plan, contexte),
        replie=0 < groupe.cachee_des <= total and not contexte.complet,
        tri=contexte.tri,
        toutes=lignes,
        cellules={
            plan.siret: lambda ligne: lieu(ligne, plan, contexte),
            "_etat": lambda ligne: _etat(ligne, plan, contexte),
            "_commune": lambda ligne: _commune(ligne, plan, contexte),
            "_nombre": lambda ligne: Cellule(texte(ligne["_nombre"]), ligne["_nombre"]),
        },
    )
    return replace(contenu, ailleurs=ailleurs)


def _colonnes(plan: Plan, groupe: ParEtablissement, contexte: Contexte, *, comptees: bool) -> tuple[ColonneVue, ...]:
    """``comptees``: with the number of rows of each establishment."""
    ajoutes = (
        *groupe.somme,
        *([groupe.derniere] if groupe.derniere else ()),
        *du_metier(plan, groupe.colonnes, contexte),
    )
    colonnes = [ColonneVue(plan.siret, "Établissement")]
    if contexte.complet:
        colonnes = [colonne(plan, plan.siret), ColonneVue("_etat", "État"), ColonneVue("_commune", "Commune")]
    if comptees:
        colonnes.append(ColonneVue("_nombre", "Nombre", chiffre=True))
    colonnes += [colonne(plan, a) for a in dict.fromkeys(ajoutes) if a in plan.lisibles and a != plan.siret]
    return tuple(colonnes)


def _choisir(
    groupes: Groupes, plan: Plan, groupe: ParEtablissement, contexte: Contexte, limite: int | None
) -> tuple[Groupes, LignesAilleurs | None]:
    """The establishments shown, and where the reader's territory ends; None in a full list, on the Synthèse, or when
    all or none of them is there."""
    ici = sum(contexte.ici(faits[0][plan.siret]) for faits in groupes)
    if limite is None or contexte.apercu or not 0 < ici < len(groupes):
        return groupes[:limite], None
    montres, autres = min(ici, limite), max(PREMIERES, limite - ici)
    par_lieu: dict[str, list[date | None]] = {}
    for faits in groupes[ici:]:
        quand = faits[0].get(groupe.derniere) if groupe.derniere else None
        par_lieu.setdefault(contexte.places.get(faits[0][plan.siret], ""), []).append(en_date(quand))
    ailleurs = LignesAilleurs(nommer(contexte.territoire), ici, montres, len(groupes) - ici, ranger(par_lieu))
    return [*groupes[:montres], *groupes[ici : ici + autres]], ailleurs


def ranger(par_lieu: Mapping[str, Sequence[date | None]]) -> tuple[Departement, ...]:
    """The départements of these days, those with most of them first; without a known place, last."""
    ordonnes = (
        (not code, Departement(nommer(frozenset({code})) if code else "Lieu non connu", len(jours),
                     max((j for j in jours if j), default=None)))
        for code, jours in par_lieu.items()
    )  # fmt: skip
    return tuple(d for _, d in sorted(ordonnes, key=lambda x: (x[0], -x[1].nombre, x[1].nom)))


def grouper(lignes: Sequence[dict[str, Any]], siret: str, groupe: ParEtablissement) -> list[list[dict[str, Any]]]:
    """The facts of each establishment, latest first. Establishments are sorted by the declared priority, then by latest
    fact (by number of facts when they have no date)."""
    par_siret: dict[str, list[dict[str, Any]]] = {}
    for ligne in lignes:
        if ligne.get(siret):
            par_siret.setdefault(ligne[siret], []).append(ligne)
    reperes = []
    for faits in par_siret.values():
        # Most establishments have one fact: sorting thousands of single-row lists would dominate the sheet's time.
        recents = trier(faits, f"-{groupe.derniere}") if groupe.derniere and len(faits) > 1 else faits
        reperes.append({"rang": recents[0].get(groupe.derniere) if groupe.derniere else len(faits), "faits": recents})
    groupes: list[list[dict[str, Any]]] = [repere["faits"] for repere in trier(reperes, "-rang")]
    for attribut in reversed(groupe.premiers):
        groupes.sort(key=lambda faits: sommer(faits, attribut) or 0, reverse=True)
    return groupes


def resumer(
    faits: Sequence[dict[str, Any]], groupe: ParEtablissement, lisibles: Mapping[str, object]
) -> dict[str, Any]:
    """One row for the facts of an establishment: sums, latest date, and the other columns of the latest row."""
    return {
        **faits[0],
        **{a: sommer(faits, a) for a in groupe.somme if a in lisibles},
        "_nombre": len(faits),
    }


def _etat(ligne: Mapping[str, Any], plan: Plan, contexte: Contexte) -> Cellule:
    situe = contexte.lieux.get(ligne.get(plan.siret) or "")
    etat = ETATS.get(situe.etat or "", "") if situe else ""
    return Cellule(etat, etat)


def _commune(ligne: Mapping[str, Any], plan: Plan, contexte: Contexte) -> Cellule:
    situe = contexte.lieux.get(ligne.get(plan.siret) or "")
    return Cellule(situe.adresse.commune, situe.adresse.commune) if situe and situe.adresse.commune else VIDE
