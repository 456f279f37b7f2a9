"""Optional columns: chosen in the address, so that links, sorts and pages keep the choice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fce.fiche.formes.contenu import Cellule, EnTableau

PARAMETRE: Final = "colonnes"


@dataclass(frozen=True, slots=True)
class ChoixDeColonnes:
    """``tableau``: with the chosen columns only. ``options``: (attribute, label, shown) of each optional one.
    ``params``: parameters for the addresses of the list, empty without a choice."""

    tableau: EnTableau
    options: tuple[tuple[str, str, bool], ...]
    params: tuple[tuple[str, str], ...] = ()


def choisir(tableau: EnTableau, demandees: Sequence[str] | None) -> ChoixDeColonnes:
    """``demandees``: values of the parameter; None when the address has none: every column with a value is then shown.
    A chosen column is shown even if empty.

    A form with every box unticked sends one empty value, which differs from no choice.
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


def sans_vides(tableau: EnTableau) -> EnTableau:
    """The table without empty columns; files and the API keep them."""
    return _sans(tableau, _muettes(tableau))


def _muettes(tableau: EnTableau) -> set[str]:
    """Columns without a value in the rows read and in the totals."""
    sommes = [ligne for ligne in (tableau.totaux, tableau.ensemble) if ligne]
    rangs = {c.attribut: n for n, c in enumerate(tableau.colonnes)}
    return {a for a in tableau.vides if a in rangs and not any(ligne[rangs[a]].texte for ligne in sommes)}


def _sans(tableau: EnTableau, attributs: Collection[str]) -> EnTableau:
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
