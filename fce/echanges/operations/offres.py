"""What joint operations offer to the other rooms: an entry of the menu, things to do, their place in the site."""

from __future__ import annotations

from typing import Final

_DE_LA_LISTE: Final = ("operation-creation", "operation", "operation-agenda")
_D_UNE: Final = (
    "impression", "modification", "bilan", "annulation", "ouverture", "services", "sortie", "notes", "cibles",
    "cible", "retrait", "constat",
)  # fmt: skip


def tout_offert() -> None:
    """Offer it all, once, at start."""
    from fce.comptes import menu
    from fce.comptes.menu import Entree
    from fce.echanges.operations.a_faire import taches
    from fce.socle import a_faire
    from fce.socle.fil import Palier, ranger

    menu.ajouter(Entree("Opérations conjointes", "echanges:operations", lambda compte, _: compte.agent, 15))
    a_faire.declarer("operations", taches)
    ranger(Palier("Opérations conjointes", "echanges:operations"), *(f"echanges:{nom}" for nom in _DE_LA_LISTE))
    une = Palier("Opération n° {numero}", "echanges:operation", ("numero",))
    ranger(une, *(f"echanges:operation-{nom}" for nom in _D_UNE))
