"""Sends the link of a sheet to another agent."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone

from fce.comptes import courriels
from fce.comptes.evenements import noter
from fce.comptes.models import Compte, EvenementCompte, Genre
from fce.echanges.unites import UniteVisee
from fce.socle import limites
from fce.socle.base import ecriture

GESTE: Final = "fiche_envoyee"
PAR_JOUR: Final = 20
_TROP: Final = f"Vous avez envoyé {PAR_JOUR} fiches en vingt-quatre heures : recommencez demain."


def envoyer_fiche(expediteur: Compte, adresse: str, unite: UniteVisee) -> None:
    """Queue the mail to the agent with this address. For any other address nothing is sent, and the answer is the same,
    so that it does not reveal who has an account. Raises ParametreInvalide above ``PAR_JOUR``.

    The event only counts: neither recipient nor company, and the team's screens do not show it. The mail's job holds
    page and recipient as long as the queue keeps jobs.
    """
    with ecriture():
        recents = EvenementCompte.objects.filter(
            par=expediteur.identifiant, action=GESTE, quand__gt=timezone.now() - timedelta(days=1)
        )
        limites.exiger_place(GESTE, expediteur.pk, recents, PAR_JOUR, _TROP)
        agents = Compte.objects.filter(courriel=adresse.strip().lower(), genre=Genre.AGENT, desactive_le=None)
        collegue = agents.exclude(courriel="").order_by("pk").first()
        noter(expediteur.identifiant, GESTE, "fiche")
        if collegue is not None:
            courriels.annoncer(collegue, "Un collègue vous envoie une fiche", unite.fiche)
