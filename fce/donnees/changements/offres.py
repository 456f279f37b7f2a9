"""Offers of the feed of changes to other rooms: what it does when an import is switched."""

from __future__ import annotations

from typing import Final

from fce.donnees.changements import services
from fce.socle.web.offres import Offres

OFFRES: Final = (
    Offres(avant_bascule=(services.calculer_a_temps,), a_la_bascule=(services.noter,), apres_bascule=(services.TACHE,)),
)
