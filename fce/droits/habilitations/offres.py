"""What the room of habilitations offers to the pages of other rooms."""

from __future__ import annotations

from typing import Final

from fce.droits.comptes.mandats import Mandats
from fce.droits.habilitations.dossiers.a_faire import taches
from fce.socle.web.offres import Entree, Offres, Palier
from fce.socle.web.routes import Qui

_MIENNES: Final = (
    *("acces", "rejoindre", "demande", "dossier", "soumettre", "solliciter", "membres", "ajouter", "charger"),
    *("membre", "annuler-invitation", "journal-service"),
)
OFFRES: Final = (
    Offres(
        menu=(
            Entree("Mes habilitations", "droits:habilitations", 10, sous="comptes:compte"),
            Entree("Mes droits", "droits:droits", 21),
            Entree("Mes consultations", "droits:journal", 22),
            Entree("Mes clés de l’API", "droits:cles", 23, qui=Qui.CONNECTE, sous="comptes:compte"),
            Entree("Mes assistants", "assistants:liste", 24, sous="comptes:compte"),
            Entree("Habilitations à instruire", "droits:file", 30, mandat=Mandats.APPROBATEUR),
            Entree("Journal des consultations", "droits:journal-recherche", 31, mandat=Mandats.AUDITEUR),
        ),
        taches=(taches,),
        fil={
            Palier("Mon compte", "comptes:compte"): ("droits:habilitations", "droits:cles", "assistants:liste"),
            Palier("Mes habilitations", "droits:habilitations"): [f"droits:{nom}" for nom in _MIENNES],
            Palier("Habilitation n° {numero}", "droits:dossier", ("numero",)): ("droits:modifier", "droits:jetons"),
            Palier("Jetons de l’API", "droits:jetons", ("numero",)): ("droits:jeton",),
            Palier("Mes clés de l’API", "droits:cles"): ("droits:cle",),
            Palier("Mes assistants", "assistants:liste"): ("assistants:accord",),
            Palier("Membres du groupe", "droits:membres", ("groupe",)): ("droits:revue",),
            Palier("Consultations du groupe", "droits:journal-service", ("groupe",)): ("droits:journal-detail",),
            Palier("Habilitations à instruire", "droits:file"): ("droits:instruction",),
            Palier("Mes droits", "droits:droits"): ("droits:droits-de",),
        },
        faits={
            "habilitation-brouillon": "Le brouillon est enregistré : soumettez-le quand il est prêt.",
            "habilitation-soumise": "La demande est soumise : un approbateur la lira et vous serez prévenu par "
            "courriel.",
            "habilitation-sollicitee": "Votre demande est transmise aux gestionnaires du groupe, par courriel et sur "
            "leur page d’accueil.",
            "acces-demande": "Votre demande est envoyée : sa réponse se lira ici, et vous serez prévenu par courriel.",
            "habilitation-revue": "La revue de cette habilitation est notée.",
            "membre-ajoute": "Cette personne est dans le groupe.",
            "invitation-envoyee": "L’invitation part par courriel ; elle vaut quatorze jours.",
            "invitation-annulee": "L’invitation est annulée.",
            "membre-garder": "Cette personne garde ses droits.",
            "membre-suspendre": "Cette personne est suspendue : ce groupe ne lui ouvre plus rien.",
            "membre-retirer": "Cette personne n’est plus dans le groupe.",
            "membre-nommer": "Cette personne est gestionnaire du groupe.",
            "membre-dessaisir": "Cette personne n’est plus gestionnaire du groupe.",
            "instruction-demander_corrections": "La demande est renvoyée pour correction.",
            "instruction-valider": "L’habilitation est validée : elle vaut dès son premier jour.",
            "instruction-refuser": "La demande est refusée.",
            "instruction-suspendre": "L’habilitation est suspendue : elle n’ouvre plus rien.",
            "instruction-reprendre": "L’habilitation est de nouveau en vigueur.",
            "instruction-revoquer": "L’habilitation est révoquée : elle n’ouvre plus rien.",
        },
    ),
)
