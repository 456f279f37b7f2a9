"""Folds rows by the rule of their source: one row per theme, per year…"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from fce.fiche.formes.commun import VIDE, Contexte, adresse_de, annee, texte
from fce.fiche.formes.contenu import Cellule, ColonneVue, EnTableau
from fce.fiche.unite.perimetre import Perimetre
from fce.sources.presentation import Pliage


def replier(
    contenu: EnTableau, pliage: Pliage, lignes: Sequence[dict[str, Any]], contexte: Contexte, *, seule: bool
) -> EnTableau:
    """``contenu`` with its summary above; ``seule``: with its summary only, and a link to the rows."""
    plie = composer(pliage, lignes, contexte, contenu.perimetre)
    if not seule:
        return replace(contenu, synthese=plie)
    # A link shared by the rows shown may not be shared by all.
    liens = () if pliage.lien else contenu.liens
    return replace(contenu, synthese=plie, lignes=(), totaux=(), ensemble=(), suite=contenu.total > 0, liens=liens)


def composer(pliage: Pliage, lignes: Sequence[dict[str, Any]], contexte: Contexte, perimetre: Perimetre) -> EnTableau:
    """The folded rows as a table. A column of figures is aligned as such, except years.

    Of the whole company when its sums are given, else of what the reader may list.
    """
    ensemble = contexte.ensemble
    if ensemble is not None and ensemble.synthese is not None:
        perimetre, pliees = perimetre.complet(), ensemble.synthese
        calcul = ensemble.calcul
    else:
        pliees, calcul = pliage.fonction(lignes, contexte.aujourd_hui), ""
    colonnes = [
        ColonneVue(a, libelle, not annee(a) and all(_chiffre(p.get(a)) for p in pliees))
        for a, libelle in pliage.colonnes.items()
    ]
    rangees = [[Cellule(texte(p.get(a), annee=annee(a)), p.get(a)) for a in pliage.colonnes] for p in pliees]
    if pliage.lien:
        colonnes.append(ColonneVue("lien", "Lien"))
        for rangee, pliee in zip(rangees, pliees, strict=True):
            adresse = adresse_de(pliage.lien, pliee)
            rangee.append(Cellule(pliage.lien.libelle, adresse, adresse) if adresse else VIDE)
    return EnTableau(
        colonnes=tuple(colonnes),
        lignes=tuple(map(tuple, rangees)),
        total=len(pliees),
        perimetre=perimetre,
        note=f"Synthèse : {perimetre.phrase}{calcul}." if ensemble is not None else "",
    )


def _chiffre(valeur: object) -> bool:
    return valeur is None or (isinstance(valeur, int | float | Decimal) and not isinstance(valeur, bool))
