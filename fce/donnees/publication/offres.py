"""Pages and links of the catalogue offered to other rooms, and the files that a switch asks to be made again."""

from __future__ import annotations

from typing import Final

from fce.socle.web.offres import Offres, PageOuverte, Palier

OFFRES: Final = (
    Offres(
        apres_bascule=("preparer_fichiers",),
        liens={"source": "donnees:source"},
        pages=(
            PageOuverte("Les données", "Données en place", "donnees:sources"),
            PageOuverte("Les données", "Schéma de la base", "donnees:base"),
        ),
        fil={Palier("Données en place", "donnees:sources"): ("donnees:source", "donnees:base")},
    ),
)
