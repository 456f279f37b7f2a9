"""Replacements of numbers that are no longer used: duplicates (SIREN) and successors (SIRET), many at once.

Only links towards units of which nothing is hidden.
"""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fce.donnees.entreprises import diffusion, requetes, sirene
from fce.donnees.entreprises.doublons import Arete, remplacant
from fce.donnees.entreprises.requetes import ETAB, UL
from fce.socle.base import replique
from fce.socle.base.branches import lignes_de

_MAILLONS_MAX: Final = 5
"""Successions followed from one establishment: longer chains are mistakes of the file."""
# The latest successor of each establishment; ``ouvert``: it is open today.
_SUCCESSEURS: Final = (
    "SELECT DISTINCT ON (s.siret_predecesseur) s.siret_predecesseur, s.siret_successeur, e.etat_administratif = 'A' "
    f"FROM {sirene.SUCCESSIONS.relation} s JOIN {ETAB} e ON e.siret = s.siret_successeur "
    f"JOIN {UL} u ON u.siren = e.siren WHERE s.siret_predecesseur = ANY(%s) "
    f"AND s.siret_successeur <> s.siret_predecesseur AND {diffusion.sql_diffusee('e', 'u')} "
    "ORDER BY s.siret_predecesseur, s.date_lien_succession DESC NULLS LAST, s.siret_successeur"
)


def successeurs(sirets: Iterable[str]) -> dict[str, str]:
    """{closed establishment: the open one that continues it}, through those closed since. At most five round trips."""
    suites: dict[str, tuple[str, bool]] = {}
    a_lire = sorted(set(sirets))
    demandes = list(a_lire)
    for _ in range(_MAILLONS_MAX):
        if not a_lire:
            break
        maillons = {avant: (apres, bool(ouvert)) for avant, apres, ouvert in replique.lignes(_SUCCESSEURS, [a_lire])}
        suites |= maillons
        a_lire = sorted({apres for apres, ouvert in maillons.values() if not ouvert} - suites.keys())
    trouves = {}
    for siret in demandes:
        actuel, ouvert = siret, False
        for _ in range(_MAILLONS_MAX):
            if ouvert or actuel not in suites:
                break
            actuel, ouvert = suites[actuel]
        if ouvert:
            trouves[siret] = actuel
    return trouves


def remplacants(sirens: Iterable[str]) -> dict[str, str]:
    """{duplicate SIREN: the SIREN that replaces it}. One round trip."""
    demandes = sorted(set(sirens))
    if not demandes:
        return {}
    lignes = lignes_de([requetes.doublons(*demandes)], replicable=True)["doublons"] or ()
    aretes = [*map(Arete.de, lignes)]
    connus = {a.ancien for a in aretes}
    return {siren: vrai for siren in demandes if siren in connus and (vrai := remplacant(siren, aretes))}
