"""Forms of a source on the sheet, one module each: from rows to frozen content for the template.

Rows come typed, masked and chosen by the source's rule. Nothing here reads the database or decides on rights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fce.fiche.formes import regroupement, serie, tableau, valeurs
from fce.fiche.formes.commun import Contexte
from fce.fiche.formes.contenu import EnSerie, EnTableau, EnValeurs
from fce.fiche.formes.pliage import replier
from fce.fiche.lecture.plan import Forme, Plan
from fce.sources import presentation

__all__ = ["Contexte", "composer"]

Lignes = Sequence[dict[str, Any]]


def composer(plan: Plan, lignes: Lignes, contexte: Contexte) -> EnTableau | EnValeurs | EnSerie:
    """The content of a bloc, from one row or more."""
    contenu = _composer(plan, lignes, contexte)
    pliage = getattr(plan.source.presentation, "pliage", None)
    if pliage is None or not isinstance(contenu, EnTableau) or (pliage.entreprise and not plan.unite.entreprise):
        return contenu
    # With ``complet``, or for a company read by its establishments, the rows stay under their summary.
    return replier(contenu, pliage, lignes, contexte, seule=not (contexte.complet or plan.groupable))


def _composer(plan: Plan, lignes: Lignes, contexte: Contexte) -> EnTableau | EnValeurs | EnSerie:
    forme = plan.source.presentation
    if isinstance(forme, presentation.Serie):
        return serie.composer(plan, forme, lignes, contexte)
    if plan.groupable or plan.forme is Forme.PAR_ETABLISSEMENT:
        return regroupement.composer(plan, lignes, contexte)
    if isinstance(forme, presentation.Valeurs):
        return valeurs.composer(plan, forme.colonnes, "", lignes, contexte)
    if isinstance(forme, presentation.Presence):
        return valeurs.composer(plan, forme.colonnes, forme.phrase, lignes, contexte)
    return tableau.composer(plan, forme, lignes, contexte)
