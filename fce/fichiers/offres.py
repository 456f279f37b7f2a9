"""What files on demand offer to the pages of other rooms."""

from __future__ import annotations

from typing import Final

from fce.socle.offres import Offres

OFFRES: Final = (Offres(faits={"fichier-demande": "Le fichier est demandé."}),)
