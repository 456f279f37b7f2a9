"""Offers of the agreement to the pages of the other rooms, with the costs of the service."""

from __future__ import annotations

from typing import Final

from fce.droits.comptes.mandats import Mandats
from fce.service.convention.a_faire import taches
from fce.service.convention.selectors import depenses_par_mois
from fce.socle.web.offres import Entree, Offres, PageOuverte, Palier

_D_UNE: Final = (
    *("modifier", "fin", "livre", "marches", "avenants", "formalites", "previsions", "avancement", "comites"),
    *("etat", "avis"),
)
OFFRES: Final = (
    Offres(
        reglage="FCE_CONVENTION",
        menu=(Entree("Convention", "convention:liste", 75, mandat=Mandats.BUDGET),),
        taches=(taches,),
        couts=depenses_par_mois,
        pages=(PageOuverte("Le service", "Budget", "convention:budget"),),
        fil={
            Palier("Convention", "convention:liste"): ("convention:nouvelle", "convention:convention"),
            Palier("Convention n° {numero}", "convention:convention", ("numero",)): [f"convention:{n}" for n in _D_UNE],
            Palier("Livre", "convention:livre", ("numero",)): ("convention:ecriture", "convention:annulation"),
            Palier("Comités", "convention:comites", ("numero",)): (
                *("convention:comite", "convention:dossier", "convention:question", "convention:decision"),
            ),
        },
        faits={
            "convention-inscrite": "La convention est inscrite, avec le calendrier de ses comités.",
            "convention-modifiee": "La convention est corrigée.",
            "convention-denoncee": "Le préavis est inscrit.",
            "convention-ecrite": "L’écriture est au livre.",
            "convention-inscrit": "C’est inscrit.",
        },
    ),
)
