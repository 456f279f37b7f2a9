"""What the screens of the team offer to the pages of the other rooms."""

from __future__ import annotations

from typing import Final

from fce.droits.comptes.mandats import Mandats
from fce.service.gestion.a_faire import taches
from fce.socle.web.offres import Entree, Offres, Palier

_FILES: Final = (
    *("organisations", "comptes", "demandes", "habilitations", "travaux", "textes", "bandeaux", "avis"),
    *("sessions", "evenements", "rattachements", "signalements-recus", "messages", "raccordements"),
    *("nouveautes", "feuille-de-route", "panel"),
)
OFFRES: Final = (
    Offres(
        menu=(Entree("Gestion du service", "gestion:accueil", 69, mandat=Mandats.EQUIPE),),
        taches=(taches,),
        fil={
            Palier("Gestion du service", "gestion:accueil"): [f"gestion:{nom}" for nom in _FILES],
            Palier("Organisations", "gestion:organisations"): ("gestion:organisation", "gestion:groupe"),
            Palier("Comptes", "gestion:comptes"): ("gestion:compte",),
            Palier("Demandes", "gestion:demandes"): ("gestion:demande",),
            Palier("Rattachements", "gestion:rattachements"): ("gestion:rattachement",),
            Palier("Signalements", "gestion:signalements-recus"): ("gestion:signalement",),
            Palier("Messages", "gestion:messages"): ("gestion:message",),
            Palier("Raccordements", "gestion:raccordements"): ("gestion:raccordement",),
            Palier("Nouveautés", "gestion:nouveautes"): ("gestion:nouveaute",),
            Palier("Feuille de route", "gestion:feuille-de-route"): ("gestion:point",),
            Palier("Textes", "gestion:textes"): ("gestion:versions",),
        },
        faits={
            "nouveaute-enregistree": "La nouveauté est enregistrée.",
            "point-enregistre": "Le point est enregistré.",
            "raccordement-enregistre": "Le raccordement est enregistré.",
            "message-traite": "C’est enregistré.",
        },
    ),
)
