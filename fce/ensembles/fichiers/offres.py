"""Offers of files on demand to other rooms: the sentence shown once a file is asked for."""

from __future__ import annotations

from typing import Final

from fce.socle.web.offres import Offres

OFFRES: Final = (Offres(faits={"fichier-demande": "Le fichier est demandé."}),)
