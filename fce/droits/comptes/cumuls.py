"""Mandates that exclude groups: whoever runs the service, decides on rights or pays for it reads no restricted data.

Checked where a mandate is given and where a group is joined, under the lock of the account. Accounts that held both
before this rule keep both, read nothing (``droits.habilitations.chaine``), and are told so by mail.
"""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet
from django.urls import reverse

from fce.droits.comptes import courriels
from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.comptes.evenements import SYSTEME, noter
from fce.droits.comptes.mandats import SANS_DONNEES, Mandats
from fce.droits.comptes.models import Appartenance, Compte, EvenementCompte, Mandat
from fce.droits.comptes.verrous import verrouiller
from fce.socle.base.ecriture import ecriture

ANNONCE: Final = "cumul_annonce"
PHRASE: Final = "Votre mandat dans le service exclut les données réservées : vos groupes ne vous ouvrent plus rien"


def exclusifs(compte: Compte) -> list[str]:
    """Return the labels of the account's current mandates that exclude groups."""
    roles = Mandat.objects.filter(compte=compte, fin=None, role__in=SANS_DONNEES).values_list("role", flat=True)
    return sorted(Mandats(role).label for role in roles)


def exiger_sans_mandat(compte: Compte) -> None:
    """Raise AccesRefuse when a mandate excludes the account from groups."""
    if tenus := exclusifs(compte):
        raise AccesRefuse(
            f"Cette personne a dans le service un mandat qui exclut les données réservées ({', '.join(tenus)}) : elle "
            "n’entre dans aucun groupe tant qu’elle l’a."
        )


def exiger_sans_groupe(compte: Compte, role: str) -> None:
    """Raise AccesRefuse when ``role`` excludes groups and the account is in one, even suspended or closed."""
    if role in SANS_DONNEES and Appartenance.objects.filter(compte=compte, fin=None).exists():
        raise AccesRefuse(
            f"Ce compte est dans un groupe : le mandat « {Mandats(role).label} » exclut les données réservées. Un "
            "gestionnaire doit d’abord l’en retirer."
        )


def motif(compte: Compte) -> str:
    """A French sentence for an account that holds both, "" for any other."""
    if not Appartenance.objects.filter(compte=compte, fin=None).exists() or not (tenus := exclusifs(compte)):
        return ""
    return (
        f"Vous avez dans le service un mandat qui exclut les données réservées ({', '.join(tenus)}) : tant que vous "
        "l’avez, vos groupes ne vous ouvrent rien. Écrivez à l’équipe de la fiche commune : rendez-le, ou quittez-les."
    )


def comptes_en_cumul() -> QuerySet[Compte]:
    """Accounts that hold such a mandate and are in a group."""
    return Compte.objects.filter(
        pk__in=Mandat.objects.filter(fin=None, role__in=SANS_DONNEES).values("compte"),
        appartenances__in=Appartenance.objects.filter(fin=None),
    ).distinct()


def annoncer() -> int:
    """Mail these accounts, once each; return how many now."""
    dits = 0
    for compte in comptes_en_cumul().order_by("pk"):
        with ecriture():
            verrouiller(compte.pk)
            if EvenementCompte.objects.filter(objet=compte.identifiant, action=ANNONCE).exists():
                continue
            noter(SYSTEME, ANNONCE, compte.identifiant)
            courriels.annoncer(compte, PHRASE, reverse("comptes:compte"))
            dits += 1
    return dits
