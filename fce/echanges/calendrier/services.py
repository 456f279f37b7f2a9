"""Private calendar addresses: one per person, created, revoked, read by programs without signing in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from fce.droits.comptes.models import Compte
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.agenda import EntreeAgenda
from fce.echanges.croisements.regles import lundi
from fce.echanges.models import AdresseCalendrier, VisiteAnnoncee
from fce.echanges.visites.genre import VISITE, EtatVisite
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable
from fce.socle.texte.formats import pluriel
from fce.socle.web import jetons

PASSE: Final = timedelta(days=28)
"""How long past weeks stay."""
MARQUE: Final = "fcecal_"
INCONNUE: Final = "Aucun calendrier à cette adresse."
_FORME: Final = re.compile(rf"{MARQUE}[A-Za-z0-9_-]{{{jetons.CARACTERES}}}")


def creer(lecteur: LecteurDeDonnees, compte: Compte) -> str:
    """Create an address, which replaces the previous one, and return its secret. Raises GesteRefuse for an agent who
    may not announce visits."""
    lecteur.exiger_service(next(iter(lecteur.services(VISITE)), 0), VISITE)
    secret = jetons.nouveau(MARQUE)
    with ecriture():
        limites.reserver("calendrier", compte.pk)
        _revoquer(compte)
        AdresseCalendrier.objects.create(compte=compte, empreinte=jetons.empreinte(secret))
    return secret


def revoquer(compte: Compte) -> None:
    """Revoke a person's address from the next reading on."""
    with ecriture():
        _revoquer(compte)


def en_cours(compte: Compte) -> AdresseCalendrier | None:
    """The current address of a person; None without one."""
    return AdresseCalendrier.objects.filter(compte=compte, revoquee_le=None).first()


def lecteur_du_secret(secret: str) -> LecteurDeDonnees:
    """The owner of an address, with his current rights.

    Raises Introuvable with the same words for an unknown or revoked address, a closed account, or an agent who may no
    longer announce visits. His second factor was checked when he created the address.
    """
    trouvee = None
    if _FORME.fullmatch(secret):
        vivantes = AdresseCalendrier.objects.select_related("compte").filter(revoquee_le=None)
        trouvee = vivantes.filter(empreinte=jetons.empreinte(secret)).first()
    lecteur = LecteurDeDonnees(acteur_de(trouvee.compte, mfa=True), usuelle=True) if trouvee else LecteurDeDonnees()
    if not lecteur.services(VISITE):
        raise Introuvable(INCONNUE)
    return lecteur


def visites_par_semaine(lecteur: LecteurDeDonnees) -> dict[date, int]:
    """{Monday: number} of announced visits of his services, from four weeks ago on."""
    debuts = VisiteAnnoncee.objects.filter(
        service__in=lecteur.services(VISITE), etat=EtatVisite.ANNONCEE, fin__gte=lundi(lecteur.aujourd_hui) - PASSE
    ).values_list("debut", flat=True)
    return dict(Counter(lundi(debut) for debut in debuts))


def entrees(semaines: Mapping[date, int], adresse: str, cle: str) -> list[EntreeAgenda]:
    """Calendar entries of the number of visits per week. ``adresse``: page with their detail, after sign-in; ``cle``:
    identifier of this calendar's entries."""
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
