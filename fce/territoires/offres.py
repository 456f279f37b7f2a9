"""What territories offer to the pages of other rooms."""

from __future__ import annotations

from typing import Final

from fce.socle.offres import Entree, Offres, Palier

OFFRES: Final = (
    Offres(
        menu=(Entree("Territoires", "territoires:choix", 10),),
        fil={
            Palier("Territoires", "territoires:choix"): ("territoires:territoire",),
            Palier("Territoire", "territoires:territoire", ("genre", "code")): (
                "territoires:alarmes",
                "territoires:chiffres",
                "territoires:liste",
            ),
        },
    ),
)
