"""Facts about establishments on the sheet of their company: one row per establishment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fce.fiche.contenu import Cellule, ColonneLue, TableauLu
from fce.fiche.formes import tableau
from fce.fiche.formes.commun import VIDE, Contexte, cellule, colonne, sommer, texte, trier
from fce.fiche.plan import Forme, Plan
from fce.sources.presentation import ParEtablissement

LIMITE: Final = 20
ETATS: Final = {"A": "Ouvert", "F": "Fermé"}


def composer(plan: Plan, lignes: Sequence[dict[str, Any]], contexte: Contexte) -> TableauLu:
    """SIRET, state, commune, number of rows, then what the declaration adds up or keeps."""
    groupe = plan.source.regroupement
    assert groupe is not None  # noqa: S101 – the caller asked
    par_etablissement: Sequence[Sequence[dict[str, Any]]] = []
    if plan.forme is Forme.PAR_ETABLISSEMENT:
        total = contexte.total or len(lignes)
        totaux = {a: lignes[0].get(f"_somme_{a}") for a in groupe.somme if lignes and a in plan.lisibles}
        faits = int(lignes[0].get("_lignes") or 0) if lignes else 0
    else:
        par_etablissement = grouper(lignes, plan.siret, groupe)
        total, faits = len(par_etablissement), len(lignes)
        totaux = {a: sommer(lignes, a) for a in groupe.somme if a in plan.lisibles}
    ajoutes = (*groupe.somme, *([groupe.derniere] if groupe.derniere else ()), *groupe.colonnes)
    colonnes = [colonne(plan, plan.siret), ColonneLue("_etat", "État"), ColonneLue("_commune", "Commune")]
    if faits > total:
        colonnes.append(ColonneLue("_nombre", "Nombre", chiffre=True))
    colonnes += [colonne(plan, a) for a in dict.fromkeys(ajoutes) if a in plan.lisibles and a != plan.siret]
    # Only the rows shown are composed, unless their order depends on it.
    limite = None if contexte.complet else contexte.limite(LIMITE, len(colonnes))
    if plan.forme is Forme.PAR_ETABLISSEMENT:
        montres = lignes[:limite]
    elif contexte.tri:
        montres = trier([resumer(f, groupe, plan.lisibles) for f in par_etablissement], contexte.tri)[:limite]
    else:
        montres = [resumer(f, groupe, plan.lisibles) for f in par_etablissement[:limite]]
    return tableau.construire(
        plan,
        tuple(colonnes),
        montres,
        total,
        totaux=totaux if total > 1 else {},
        ensemble=contexte.ensemble.sommes if contexte.ensemble else {},
        unites="établissement",
        note=tableau.note(plan, contexte),
        replie=0 < groupe.cachee_des <= total and not contexte.complet,
        tri=contexte.tri,
        lues=lignes,
        cellules={
            plan.siret: lambda ligne: cellule(plan, plan.siret, ligne.get(plan.siret)),
            "_etat": lambda ligne: _etat(ligne, plan, contexte),
            "_commune": lambda ligne: _commune(ligne, plan, contexte),
            "_nombre": lambda ligne: Cellule(texte(ligne["_nombre"]), ligne["_nombre"]),
        },
    )


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
    lieu = contexte.lieux.get(ligne.get(plan.siret) or "")
    etat = ETATS.get(lieu.etat or "", "") if lieu else ""
    return Cellule(etat, etat)


def _commune(ligne: Mapping[str, Any], plan: Plan, contexte: Contexte) -> Cellule:
    lieu = contexte.lieux.get(ligne.get(plan.siret) or "")
    return Cellule(lieu.adresse.commune, lieu.adresse.commune) if lieu and lieu.adresse.commune else VIDE
