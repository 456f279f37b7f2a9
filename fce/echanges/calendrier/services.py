"""Private addresses of calendars: one per person, made, revoked, read by a program that has nothing else to show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from fce.comptes.models import Compte
from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.selectors import acteur_de
from fce.echanges.agenda import EntreeAgenda
from fce.echanges.croisements.regles import lundi
from fce.echanges.models import AdresseCalendrier, VisiteAnnoncee
from fce.echanges.objets import VISITE
from fce.echanges.visites.genre import EtatVisite
from fce.socle import jetons, limites
from fce.socle.base import ecriture
from fce.socle.erreurs import Introuvable
from fce.socle.formats import pluriel

PASSE: Final = timedelta(days=28)
"""How long past weeks stay."""
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


def visites_par_semaine(lecteur: LecteurDeDonnees) -> dict[date, int]:
    """{Monday: number} of the announced visits of his services, from four weeks ago on."""
    debuts = VisiteAnnoncee.objects.filter(
        service__in=lecteur.services(VISITE), etat=EtatVisite.ANNONCEE, fin__gte=lundi(lecteur.aujourd_hui) - PASSE
    ).values_list("debut", flat=True)
    return dict(Counter(lundi(debut) for debut in debuts))


def entrees(semaines: Mapping[date, int], adresse: str, cle: str) -> list[EntreeAgenda]:
    """How many visits are announced each week, from {Monday: number}. ``adresse``: where they are read, once signed in;
    ``cle``: what makes the entries of this calendar its own."""
    dites = []
    for lundi_, nombre in sorted(semaines.items()):
        annee, numero, _ = lundi_.isocalendar()
        dites.append(
            EntreeAgenda(
                f"{cle}-{annee}-{numero:02d}",
                lundi_,
                lundi_ + timedelta(days=7),
                f"FCE : {pluriel(nombre, 'visite annoncée', 'visites annoncées')}",
                f"{adresse}?semaine={annee}-W{numero:02d}",
            )
        )
    return dites


def _revoquer(compte: Compte) -> None:
    AdresseCalendrier.objects.filter(compte=compte, revoquee_le=None).update(revoquee_le=timezone.now())
