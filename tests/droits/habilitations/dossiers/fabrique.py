"""Requests and habilitations made by the services, as people make them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations.dossiers import services
from fce.droits.habilitations.dossiers.services import Contenu
from fce.droits.habilitations.models import Dossier
from tests.droits.comptes import fabrique as comptes


def contenu(**differences: Any) -> Contenu:
    """Consult and export the group "emploi" in the département 59, to follow short-time work."""
    return Contenu(
        **{
            "groupes_de_donnees": ("emploi",),
            "finalites": ("activite-partielle",),
            "territoire": ("59",),
            "droits": ("consulter", "exporter"),
            "base_legale": "Instruction de l’activité partielle, code du travail, art. L. 5122-1.",
            **differences,
        }
    )


@dataclass
class Scene:
    """A group with its manager and a member, and an approver from outside."""

    groupe: Groupe
    gestionnaire: Compte
    membre: Compte
    approbateur: Compte

    def brouillon(self, **differences: Any) -> Dossier:
        return services.creer(self.groupe, contenu(**differences), self.gestionnaire.identifiant)

    def soumise(self, **differences: Any) -> Dossier:
        return services.soumettre(self.brouillon(**differences), self.gestionnaire.identifiant)

    def validee(self, *, debut: date | None = None, fin: date | None = None, **differences: Any) -> Dossier:
        demande = self.soumise(**differences)
        return services.valider(demande, self.approbateur.identifiant, debut=debut or timezone.localdate(), fin=fin)


def scene() -> Scene:
    groupe = comptes.groupe()
    gestionnaire, membre = comptes.compte(nom="Gestionnaire"), comptes.compte(nom="Membre")
    approbateur = comptes.compte(nom="Approbateur", siret=comptes.AUTRE_SERVICE)
    comptes.appartenance(gestionnaire, groupe, gestionnaire=True)
    comptes.appartenance(membre, groupe)
    comptes.mandat(approbateur, Mandats.APPROBATEUR)
    return Scene(groupe, gestionnaire, membre, approbateur)


def formulaire(**differences: Any) -> dict[str, Any]:
    return {
        "groupes_de_donnees": ["emploi"],
        "finalites": ["activite-partielle"],
        "lieux": "Nord",
        "droits": ["consulter", "exporter"],
        "base_legale": "Instruction de l’activité partielle, code du travail, art. L. 5122-1.",
        **differences,
    }
