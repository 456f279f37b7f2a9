"""Columns that a reader may do without: chosen in the address, so that a link, a sort or a page keeps the choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from fce.fiche.contenu import Cellule, TableauLu

PARAMETRE: Final = "colonnes"


@dataclass(frozen=True, slots=True)
class ChoixDeColonnes:
    """``tableau``: with the columns asked for alone. ``options``: (attribute, label, shown) of each that may be left
    out. ``params``: what the addresses of the list carry, empty when nothing was chosen."""

    tableau: TableauLu
    options: tuple[tuple[str, str, bool], ...]
    params: tuple[tuple[str, str], ...] = ()


def choisir(tableau: TableauLu, demandees: Sequence[str] | None) -> ChoixDeColonnes:
    """``demandees``: values of the parameter, None when the address has none: then every column is shown.

    A form that has every box unticked sends one empty value, so that "none" is not "no choice".
    """
    offertes = [c for c in tableau.colonnes if c.attribut in tableau.optionnelles]
    if demandees is None or not offertes:
        return ChoixDeColonnes(tableau, tuple((c.attribut, c.libelle, True) for c in offertes))
    voulues = {c.attribut for c in offertes if c.attribut in demandees}
    rangs = [
        n for n, c in enumerate(tableau.colonnes) if c.attribut not in tableau.optionnelles or c.attribut in voulues
    ]

    def garder(cellules: tuple[Cellule, ...]) -> tuple[Cellule, ...]:
        return tuple(cellules[n] for n in rangs)

    reduit = replace(
        tableau,
        colonnes=tuple(tableau.colonnes[n] for n in rangs),
        lignes=tuple(garder(ligne) for ligne in tableau.lignes),
        totaux=garder(tableau.totaux) if tableau.totaux else (),
        ensemble=garder(tableau.ensemble) if tableau.ensemble else (),
    )
    return ChoixDeColonnes(
        reduit,
        tuple((c.attribut, c.libelle, c.attribut in voulues) for c in offertes),
        tuple((PARAMETRE, a) for a in ("", *(c.attribut for c in offertes if c.attribut in voulues))),
    )
