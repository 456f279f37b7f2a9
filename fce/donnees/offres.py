"""Pages and links of the catalogue offered to other rooms."""

from __future__ import annotations

from typing import Final

from fce.socle.offres import Offres, PageOuverte, Palier

OFFRES: Final = (
    Offres(
        liens={"source": "donnees:source"},
        pages=(
            PageOuverte("Les données", "Données en place", "donnees:sources"),
            PageOuverte("Les données", "Schéma de la base", "donnees:base"),
        ),
        fil={Palier("Données en place", "donnees:sources"): ("donnees:source", "donnees:base")},
    ),
)
