"""Sends a sheet to another agent: a link to a page that says who sent it, which one, and why."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone

from fce.droits.comptes import courriels
from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Compte, EvenementCompte, Genre
from fce.echanges.interactions.textes import verifier_textes
from fce.echanges.models import FicheEnvoyee
from fce.echanges.unites import UniteVisee
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.base.lignes import trouver_ligne

GESTE: Final = "fiche_envoyee"
PAR_JOUR: Final = 20
_INCONNUE: Final = "Aucune fiche ne vous a été envoyée à cette adresse, ou elle n’y est plus après 30 jours."
_TROP: Final = f"Vous avez envoyé {PAR_JOUR} fiches en vingt-quatre heures : recommencez demain."


def envoyer_fiche(expediteur: Compte, adresse: str, unite: UniteVisee, mot: str) -> None:
    """Send a sheet to the agent with this address, who is told by a mail. ``mot``: why, for him. For any other address
    nothing is sent nor kept, and the answer is the same, so that it does not reveal who has an account.

    The event only counts: neither recipient nor company, and the team's screens do not show it. Raises
    ParametreInvalide above ``PAR_JOUR``, TexteRefuse (a NIR).
    """
    verifier_textes([mot], confirme=True)
    with ecriture():
        recents = EvenementCompte.objects.filter(
            par=expediteur.identifiant, action=GESTE, quand__gt=timezone.now() - timedelta(days=1)
        )
        limites.exiger_place(GESTE, expediteur.pk, recents, PAR_JOUR, _TROP)
        agents = Compte.objects.filter(courriel=adresse.strip().lower(), genre=Genre.AGENT, desactive_le=None)
        collegue = agents.exclude(courriel="").order_by("pk").first()
        noter(expediteur.identifiant, GESTE, "fiche")
        if collegue is not None:
            envoi = FicheEnvoyee.objects.create(de=expediteur, a=collegue, numero=unite.numero, mot=mot.strip())
            page = reverse("echanges:fiche-envoyee", args=[envoi.cle])
            courriels.annoncer(collegue, "Un collègue vous envoie une fiche", page)


def lire_fiche_envoyee(compte: Compte, cle: uuid.UUID) -> FicheEnvoyee:
    """A sheet sent to an account. Raises Introuvable, with the same words for a sheet sent to another and for none."""
    return trouver_ligne(FicheEnvoyee.objects.select_related("de").filter(a=compte), cle, _INCONNUE)
