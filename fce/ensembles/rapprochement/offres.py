"""What the reconciliation offers to the pages of other rooms."""

from __future__ import annotations

from typing import Final

from fce.ensembles.rapprochement.fichiers import FICHIERS_DE_TABLEAU
from fce.socle.web.offres import Entree, Offres, Palier

OFFRES: Final = (
    Offres(
        menu=(Entree("Reconnaître un tableau", "rapprochement:accueil", 10, sous="listes:listes"),),
        fil={
            Palier("Reconnaître un tableau", "rapprochement:accueil"): (
                "rapprochement:tableau",
                "rapprochement:lecture",
            ),
            Palier("Tableau", "rapprochement:tableau", ("numero",)): (
                *("rapprochement:liste", "rapprochement:demande-de-fichier", "rapprochement:fichier"),
            ),
        },
        fichiers=(FICHIERS_DE_TABLEAU,),
        faits={
            "ligne-rapprochee": "La réponse est enregistrée.",
            "tableau-repris": "Le tableau reprend là où il s’est arrêté.",
            "tableau-supprime": "Le tableau est supprimé.",
        },
    ),
)
