"""Private addresses of calendars: one per person, made, revoked, read by a program that has nothing else to show."""

from __future__ import annotations

import re
from typing import Final

from django.utils import timezone

from fce.comptes.models import Compte
from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.selectors import acteur_de
from fce.echanges.models import AdresseCalendrier
from fce.echanges.objets import VISITE
from fce.socle import jetons, limites
from fce.socle.base import ecriture
from fce.socle.erreurs import Introuvable

MARQUE: Final = "fcecal_"
INCONNUE: Final = "Aucun calendrier à cette adresse."
_FORME: Final = re.compile(rf"{MARQUE}[A-Za-z0-9_-]{{{jetons.CARACTERES}}}")


def creer(lecteur: LecteurDeDonnees, compte: Compte) -> str:
    """The secret of a new address, which replaces the one before. Raises GesteRefuse for who may announce nothing."""
    lecteur.exiger_service(next(iter(lecteur.services(VISITE)), 0), VISITE)
    secret = jetons.nouveau(MARQUE)
    with ecriture():
        limites.reserver("calendrier", compte.pk)
        _revoquer(compte)
        AdresseCalendrier.objects.create(compte=compte, empreinte=jetons.empreinte(secret))
    return secret


def revoquer(compte: Compte) -> None:
    """End the address of a person, from the next reading on."""
    with ecriture():
        _revoquer(compte)


def en_cours(compte: Compte) -> AdresseCalendrier | None:
    """The address of a person that may be read, None without one."""
    return AdresseCalendrier.objects.filter(compte=compte, revoquee_le=None).first()


def lecteur_du_secret(secret: str) -> LecteurDeDonnees:
    """Whoever an address belongs to, with the rights that he has at this very moment.

    Raises Introuvable, in the same words, for an address that is unknown or revoked, for a closed account, and for who
    may announce no visit any more. His second factor was asked for when he made the address.
    """
    trouvee = None
    if _FORME.fullmatch(secret):
        vivantes = AdresseCalendrier.objects.select_related("compte").filter(revoquee_le=None)
        trouvee = vivantes.filter(empreinte=jetons.empreinte(secret)).first()
    lecteur = LecteurDeDonnees(acteur_de(trouvee.compte, mfa=True)) if trouvee else LecteurDeDonnees()
    if not lecteur.services(VISITE):
        raise Introuvable(INCONNUE)
    return lecteur


def _revoquer(compte: Compte) -> None:
    AdresseCalendrier.objects.filter(compte=compte, revoquee_le=None).update(revoquee_le=timezone.now())
