"""Group memberships updated at each sign-in: leave the groups of a former administration, join those that the current
one opens to its agents."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from fce.droits.comptes import appartenances, cumuls
from fce.droits.comptes.administration import administration_de
from fce.droits.comptes.evenements import SYSTEME
from fce.droits.comptes.models import Appartenance, Compte, Groupe
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.socle.texte import paris
from fce.socle.web.evenements import signaler


def actualiser_les_groupes(sender: object, *, compte: Compte, ancien_siret: str, precedente: Any, **_: Any) -> None:
    """Receiver of ``droits.comptes.signaux.connecte``, in the transaction of the sign-in."""
    if not compte.agent:
        return
    if ancien_siret and ancien_siret != compte.siret:
        appartenances.quitter_les_autres(compte)
    appartenances.suspendre_les_absents(timezone.now(), compte, precedente)
    if administration_de(compte):
        appartenances.accueillir(compte)
        adherer(compte)
        if est_habilite(compte):
            signaler("connexion_habilitee", qui=compte.identifiant)


def est_habilite(compte: Compte) -> bool:
    """Whether the account is in a group with a habilitation in force. One query."""
    jour = paris.aujourd_hui()
    return Appartenance.objects.filter(
        compte=compte,
        fin=None,
        suspendue_le=None,
        groupe__dossiers__etat=EtatDossier.VALIDE,
        groupe__dossiers__debut__lte=jour,
        groupe__dossiers__fin__gte=jour,
    ).exists()


def adherer(compte: Compte) -> int:
    """Join the groups of the account's administration whose habilitation admits its agents; return how many.

    A member who left a group is only readmitted by a manager. An account whose mandate excludes data joins none.
    """
    if cumuls.exclusifs(compte):
        return 0
    jour = paris.aujourd_hui()
    groupes = (
        Groupe.objects.select_related("organisation")
        .filter(
            Q(organisation__numero=compte.siret) | Q(organisation__numero=compte.siret[:9]),
            organisation__fermee_le=None,
            ferme_le=None,
            dossiers__adhesion_automatique=True,
            dossiers__etat=EtatDossier.VALIDE,
            dossiers__debut__lte=jour,
            dossiers__fin__gte=jour,
        )
        .exclude(appartenances__compte=compte)
        .distinct()
    )
    for groupe in groupes:
        appartenances.ajouter(compte, groupe, SYSTEME, Appartenance.Origine.CONNEXION)
    return len(groupes)
