"""Offers of the search to other rooms: the job that updates the index when an import is switched."""

from __future__ import annotations

from typing import Final

from fce.socle.web.offres import Offres

OFFRES: Final = (Offres(apres_bascule=("indexer",)),)
