"""What lists offer to the pages of other rooms."""

from __future__ import annotations

from typing import Final

from fce.echanges.portes import porte
from fce.ensembles.listes.exports import FICHIERS_DE_LISTE
from fce.ensembles.listes.objets import LISTE
from fce.ensembles.listes.suivi import CHOSE, compter_les_changees, lisibles
from fce.ensembles.listes.taches import taches
from fce.ensembles.listes.views_origines import adresse_depuis_la_fiche, adresse_depuis_la_recherche, adresse_du_groupe
from fce.socle.web.offres import BARRE, ActionDeFiche, ActionDeListe, Entree, Offres, Palier

_ATTEND: Final = (compter_les_changees, "avec du nouveau")
OFFRES: Final = (
    Offres(
        menu=(Entree("Mes listes", "listes:listes", 20, BARRE, adresse=porte(LISTE), court="Listes", attend=_ATTEND),),
        actions=(
            ActionDeFiche("Ajouter à une liste", adresse_depuis_la_fiche, 22),
            ActionDeFiche("Ajouter le groupe à une liste", adresse_du_groupe, 23),
        ),
        actions_de_liste=(ActionDeListe("Ajouter ces résultats à une liste", adresse_depuis_la_recherche),),
        taches=(taches,),
        liens={"liste": "listes:liste", "liste-d-operation": "listes:depuis-operation"},
        ensembles={CHOSE: lisibles},
        fil={
            Palier("Mes listes", "listes:listes"): (
                *("listes:creation", "listes:liste", "listes:depuis-recherche", "listes:depuis-groupe"),
                *("listes:depuis-entreprise", "listes:depuis-etablissement", "listes:depuis-operation"),
            ),
            Palier("Liste", "listes:liste", ("numero",)): (
                *("listes:modification", "listes:partage", "listes:ajout", "listes:ligne", "listes:alertes"),
                *("listes:operation", "listes:nouvelle-operation", "listes:demande-de-fichier", "listes:fichier"),
            ),
        },
        faits={
            "liste-creee": "La liste est créée.",
            "liste-modifiee": "La liste est modifiée.",
            "liste-partagee": "La liste est partagée : ses membres habilités la trouvent dans « Mes listes ».",
            "liste-vue": "C’est noté : ce qui changera désormais dans la liste y sera dit.",
            "liste-gardee": "La liste est gardée douze mois de plus.",
            "liste-supprimee": "La liste est supprimée.",
            "lignes-ajoutees": "C’est ajouté à la liste : {n} de plus.",
            "lignes-traitees": "Lignes enregistrées : {n}.",
            "lignes-retirees": "Lignes retirées de la liste : {n}.",
            "ligne-enregistree": "La ligne est enregistrée.",
        },
        fichiers=(FICHIERS_DE_LISTE,),
        lectures_tues={LISTE.nom: LISTE.titre},
    ),
)
