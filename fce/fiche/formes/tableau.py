"""Rows under labels, with totals and links, the first ones before "voir plus"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fce.fiche.formes.commun import (
    VIDE,
    Contexte,
    calcule_sur,
    cellule,
    colonne,
    colonnes,
    du_metier,
    liens,
    liens_communs,
    lieu,
    sommer,
    trier,
)
from fce.fiche.formes.contenu import Cellule, ColonneVue, EnTableau, LienExterne
from fce.fiche.lecture.plan import Plan
from fce.sources import presentation


def composer(
    plan: Plan, forme: presentation.Tableau, lignes: Sequence[dict[str, Any]], contexte: Contexte
) -> EnTableau:
    """The table of a source; without a declared order, rows keep the order of their rule or of the database."""
    tri = contexte.tri or forme.tri
    if tri and plan.source.selection is not None:
        lignes = trier(lignes, tri)
    if plan.situable and not contexte.tri and not contexte.complet:
        lignes = sorted(lignes, key=lambda ligne: not contexte.ici(ligne.get(plan.siret)))
    colonnes_ = colonnes(plan, du_metier(plan, forme.colonnes, contexte))
    if _a_nommer(plan, forme.colonnes):
        # Rows about several establishments cannot be told apart without their SIRET.
        colonnes_ = (colonne(plan, plan.siret), *colonnes_)
    if contexte.complement:
        ajoutees = tuple(ColonneVue(a, libelle, True) for a, libelle in contexte.complement.colonnes.items())
        apres = contexte.complement.apres
        rang = next((n for n, c in enumerate(colonnes_, 1) if c.attribut == apres), len(colonnes_))
        colonnes_ = (*colonnes_[:rang], *ajoutees, *colonnes_[rang:])
    # Known when every row was read; otherwise the database has counted.
    choisies = plan.source.selection is not None
    total = len(lignes) if choisies else (contexte.total or len(lignes))
    montrees = lignes if contexte.complet else lignes[: contexte.limite(forme.limite, len(colonnes_))]
    entieres = total <= len(lignes)
    return construire(
        plan,
        colonnes_,
        montrees,
        total,
        totaux={a: sommer(lignes, a) for a in forme.total if a in plan.lisibles} if entieres else {},
        ensemble=contexte.ensemble.sommes if contexte.ensemble else {},
        note=note(plan, contexte),
        tri=tri,
        optionnelles=forme.optionnelles,
        toutes=lignes,
        cellules={plan.siret: lambda ligne: lieu(ligne, plan, contexte)} if plan.situable else {},
    )


def _a_nommer(plan: Plan, demandees: Sequence[str]) -> bool:
    """Whether to add the SIRET: on the sheet of a company, a row about an establishment must name it."""
    return plan.unite.entreprise and plan.siret == plan.cle and bool(demandees) and plan.siret not in demandees


def construire(
    plan: Plan,
    colonnes_: tuple[ColonneVue, ...],
    lignes: Sequence[Mapping[str, Any]],
    total: int,
    *,
    totaux: Mapping[str, Any] | None = None,
    ensemble: Mapping[str, Any] | None = None,
    unites: str = "ligne",
    note: str = "",
    replie: bool = False,
    tri: str = "",
    cellules: Mapping[str, Any] | None = None,
    optionnelles: tuple[str, ...] = (),
    toutes: Sequence[Mapping[str, Any]] = (),
) -> EnTableau:
    """Cells of ``lignes``. ``cellules``: {attribute: function of the row} for columns that are not of the source;
    ``toutes``: all the rows read, of which ``lignes`` are the first.

    A link shared by every row is given once, under the table; otherwise a last column holds each row's own.
    """
    propres = cellules or {}
    communs = liens_communs(plan, lignes)
    corps = []
    for ligne in lignes:
        rangee: list[Cellule] = [
            propres[c.attribut](ligne) if c.attribut in propres else cellule(plan, c.attribut, ligne.get(c.attribut))
            for c in colonnes_
        ]
        if communs is None:
            rangee.append(_lien(liens(plan, ligne)))
        corps.append(tuple(rangee))
    entetes = (*colonnes_, ColonneVue("", "Lien")) if communs is None else colonnes_
    return EnTableau(
        colonnes=entetes,
        lignes=tuple(corps),
        total=total,
        perimetre=plan.perimetre,
        totaux=_totaux(plan, entetes, totaux or {}),
        ensemble=_totaux(plan, entetes, ensemble or {}),
        unites=unites,
        note=note,
        replie=replie,
        liens=communs or (),
        suite=total > len(corps),
        tri=tri,
        optionnelles=optionnelles,
        vides=_vides(entetes, corps, toutes),
    )


def _vides(
    entetes: Sequence[ColonneVue], corps: Sequence[Sequence[Cellule]], toutes: Sequence[Mapping[str, Any]]
) -> frozenset[str]:
    """Columns empty in all the rows read, hidden ones included, so that a column does not come back on a second
    page."""
    muettes = [c.attribut for n, c in enumerate(entetes) if n and not any(ligne[n].texte for ligne in corps)]
    return frozenset(a for a in muettes if not any(ligne.get(a) not in (None, "") for ligne in toutes))


def note(plan: Plan, contexte: Contexte) -> str:
    """Note on the count: on how many rows it was computed, then the note of the declaration."""
    pliage = getattr(plan.source.presentation, "pliage", None)
    calculee = plan.groupable or plan.source.selection is not None or pliage is not None
    notes = [f"Calculé {partie}."] if calculee and (partie := calcule_sur(plan, contexte.total)) else []
    if dite := getattr(plan.source.presentation, "note", ""):
        notes.append(dite)
    return " ".join(notes)


def _totaux(plan: Plan, entetes: tuple[ColonneVue, ...], sommes: Mapping[str, Any]) -> tuple[Cellule, ...]:
    """One cell per column; empty when nothing is added up."""
    connues = {a: v for a, v in sommes.items() if v is not None}
    return tuple(cellule(plan, c.attribut, connues.get(c.attribut)) for c in entetes) if connues else ()


def _lien(trouves: tuple[LienExterne, ...]) -> Cellule:
    return Cellule(trouves[0].libelle, trouves[0].adresse, trouves[0].adresse) if trouves else VIDE
