"""What the API offers to the pages of other rooms."""

from __future__ import annotations

from typing import Final

from fce.socle.web.offres import Entree, Offres, Palier

OFFRES: Final = (
    Offres(
        menu=(Entree("Mes assistants", "assistants:liste", 24, sous="comptes:compte"),),
        fil={
            Palier("Mon compte", "comptes:compte"): ("assistants:liste",),
            Palier("Mes assistants", "assistants:liste"): ("assistants:accord",),
        },
    ),
)
