"""One row as labels and values; several rows (one per establishment, per licence…) as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fce.fiche.formes import tableau
from fce.fiche.formes.commun import Contexte, cellule, colonnes, liens
from fce.fiche.formes.contenu import EnTableau, EnValeurs
from fce.fiche.lecture.plan import Plan
from fce.sources import presentation


def composer(
    plan: Plan, demandees: tuple[str, ...], phrase: str, lignes: Sequence[dict[str, Any]], contexte: Contexte
) -> EnValeurs | EnTableau:
    """``phrase``: what being on the list means; "" for plain values, of which only the latest row is shown."""
    total = contexte.total if contexte.total and plan.source.selection is None else len(lignes)
    plusieurs = (phrase or (plan.unite.entreprise and plan.siret)) and total > 1
    if contexte.complet or plusieurs or not lignes:
        return tableau.composer(plan, presentation.Tableau(demandees, limite=10), lignes, contexte)
    ligne = lignes[0]
    paires = [(c.libelle, cellule(plan, c.attribut, ligne.get(c.attribut))) for c in colonnes(plan, demandees)]
    return EnValeurs(
        paires=tuple((libelle, valeur) for libelle, valeur in paires if valeur.texte),
        perimetre=plan.perimetre,
        phrase=phrase,
        autres=max(0, total - 1),
        liens=liens(plan, ligne),
    )
