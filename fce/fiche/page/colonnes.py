"""Columns that a reader may do without: chosen in the address, so that a link, a sort or a page keeps the choice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
    """``demandees``: values of the parameter, None when the address has none: then every column that says something is
    shown. One that is asked for is shown, empty or not.

    A form that has every box unticked sends one empty value, so that "none" is not "no choice".
    """
    offertes = [c for c in tableau.colonnes if c.attribut in tableau.optionnelles]
    if demandees is None or not offertes:
        reduit = sans_vides(tableau)
        return ChoixDeColonnes(reduit, tuple((c.attribut, c.libelle, c in reduit.colonnes) for c in offertes))
    voulues = {c.attribut for c in offertes if c.attribut in demandees}
    ecartees = {c.attribut for c in offertes} - voulues
    return ChoixDeColonnes(
        _sans(tableau, {*ecartees, *(_muettes(tableau) - voulues)}),
        tuple((c.attribut, c.libelle, c.attribut in voulues) for c in offertes),
        tuple((PARAMETRE, a) for a in ("", *(c.attribut for c in offertes if c.attribut in voulues))),
    )


def sans_vides(tableau: TableauLu) -> TableauLu:
    """The table without the columns that say nothing; files and the API keep them all."""
    return _sans(tableau, _muettes(tableau))


def _muettes(tableau: TableauLu) -> set[str]:
    """Columns without a value in the rows read, nor in what is added up of the whole company."""
    sommes = [ligne for ligne in (tableau.totaux, tableau.ensemble) if ligne]
    rangs = {c.attribut: n for n, c in enumerate(tableau.colonnes)}
    return {a for a in tableau.vides if a in rangs and not any(ligne[rangs[a]].texte for ligne in sommes)}


def _sans(tableau: TableauLu, attributs: Collection[str]) -> TableauLu:
    if not attributs:
        return tableau
    rangs = [n for n, c in enumerate(tableau.colonnes) if c.attribut not in attributs]

    def garder(cellules: tuple[Cellule, ...]) -> tuple[Cellule, ...]:
        return tuple(cellules[n] for n in rangs)

    return replace(
        tableau,
        colonnes=tuple(tableau.colonnes[n] for n in rangs),
        lignes=tuple(garder(ligne) for ligne in tableau.lignes),
        totaux=garder(tableau.totaux) if tableau.totaux else (),
        ensemble=garder(tableau.ensemble) if tableau.ensemble else (),
    )
