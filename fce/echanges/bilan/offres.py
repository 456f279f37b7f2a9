"""What the figures of a service offer to the other rooms: an entry of the menu, the way back."""

from __future__ import annotations

from fce.comptes import menu
from fce.comptes.menu import Entree
from fce.socle.fil import Palier, ranger


def offrir() -> None:
    """Declare it all, once, at start."""
    menu.ajouter(Entree("Mon service", "echanges:mon-service", lambda compte, _: compte.agent, 12))
    ranger(Palier("Service", "echanges:service", ("numero",)), "echanges:bilan")
