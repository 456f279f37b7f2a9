"""The inspection body of a service. Contacts of the same body, day and establishment are one contact."""

from __future__ import annotations

from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.finalites import PROFILS
from fce.droits.habilitations.models import Dossier


def corps_de(service: Groupe) -> str:
    """Code of the body ("dgt"…), from the ready profile of the service's latest granted habilitation; "" without
    profile."""
    profil = (
        Dossier.objects.filter(groupe=service, etat=EtatDossier.VALIDE)
        .exclude(profil="")
        .order_by("-id")
        .values_list("profil", flat=True)
        .first()
    )
    return PROFILS[profil].corps if profil in PROFILS else ""
