"""What territories offer to the pages of other rooms."""

from __future__ import annotations

from typing import Final

from fce.ensembles.territoires.fichiers import FICHIERS_DE_TERRITOIRE
from fce.ensembles.territoires.liens import (
    adresse_de_la_comparaison,
    adresse_des_alarmes_de_la_recherche,
    adresse_du_sien,
)
from fce.socle.web.offres import BARRE, ActionDeFiche, ActionDeListe, Entree, Offres, Palier

OFFRES: Final = (
    Offres(
        actions=(ActionDeFiche("Comparer à son secteur", adresse_de_la_comparaison, 26),),
        actions_de_liste=(ActionDeListe("Alarmes du territoire", adresse_des_alarmes_de_la_recherche),),
        apres_bascule=("preparer_les_territoires",),
        fichiers=(FICHIERS_DE_TERRITOIRE,),
        menu=(Entree("Mon territoire", "territoires:choix", 10, BARRE, adresse=adresse_du_sien, court="Territoire"),),
        fil={
            Palier("Territoires", "territoires:choix"): ("territoires:territoire", "territoires:comparer"),
            Palier("Territoire", "territoires:territoire", ("genre", "code")): (
                "territoires:etablissements",
                "territoires:chiffres",
                "territoires:liste",
                *("territoires:demande-de-fichier", "territoires:fichier"),
            ),
        },
    ),
)
