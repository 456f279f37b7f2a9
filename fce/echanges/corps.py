"""The control body that a service is of: a same body, on one day, in one establishment, is one contact."""

from __future__ import annotations

from fce.comptes.models import Groupe
from fce.droits.dossiers.etats import EtatDossier
from fce.droits.finalites import PROFILS
from fce.droits.models import Dossier


def corps_de(service: Groupe) -> str:
    """Code of its body ("dgt"…), from the ready profile of its last habilitation
    granted; "" when it was asked from none."""
    profil = (
        Dossier.objects.filter(groupe=service, etat=EtatDossier.VALIDE).exclude(profil="").order_by("-id")
        .values_list("profil", flat=True).first()
    )  # fmt: skip
    return PROFILS[profil].corps if profil in PROFILS else ""
