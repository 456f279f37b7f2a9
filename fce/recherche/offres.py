"""What an import sets off in the search."""

from __future__ import annotations

from typing import Final

from fce.socle.offres import Offres

OFFRES: Final = (Offres(apres_bascule=("indexer",)),)
