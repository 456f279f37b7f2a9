"""Requests of administrations to join: filed, decided, answered by mail."""

from django.urls import reverse
from django.utils import timezone

from fce.droits.comptes import courriels
from fce.droits.comptes.erreurs import DejaFait
from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Compte, DemandeOuverture
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.base.transitions import Geste, Machine
from fce.socle.erreurs import ParametreInvalide

DEMANDES_MAX = 5
_E, _RECUE = DemandeOuverture.Etat, frozenset({DemandeOuverture.Etat.RECUE})
DEMANDES_D_OUVERTURE = Machine(_E, {"accepter": Geste(_RECUE, _E.ACCEPTEE), "refuser": Geste(_RECUE, _E.REFUSEE)})


def deposer(compte: Compte, *, organisme: str, service: str, profil: str, besoin: str) -> DemandeOuverture:
    """File a request for the account's administration. Raises ParametreInvalide when five are pending."""
    with ecriture():
        limites.exiger_place(
            "demande",
            compte.pk,
            DemandeOuverture.objects.filter(compte=compte, etat__in=DEMANDES_D_OUVERTURE.ouverts),
            DEMANDES_MAX,
            f"{DEMANDES_MAX} de vos demandes attendent déjà une réponse.",
        )
        demande = DemandeOuverture.objects.create(
            compte=compte, siret=compte.siret, organisme=organisme, service=service, profil=profil, besoin=besoin
        )
        noter(compte.identifiant, "demande_d_ouverture", f"demande-{demande.pk}")
    return demande


def decider(demande: DemandeOuverture, *, acceptee: bool, reponse: str, par: str) -> None:
    """Answer a request and mail its author. Raises DejaFait, ParametreInvalide (refusal without a reason)."""
    if not acceptee and not reponse.strip():
        raise ParametreInvalide("Dites pourquoi la demande est refusée.")
    geste = "accepter" if acceptee else "refuser"
    with ecriture():
        siennes = DemandeOuverture.objects.filter(pk=demande.pk)
        valeurs = {"decidee_le": timezone.now(), "decidee_par": par, "reponse": reponse}
        if not DEMANDES_D_OUVERTURE.passer(siennes, geste, **valeurs):
            raise DejaFait("Cette demande a déjà reçu une réponse.")
        etat = DEMANDES_D_OUVERTURE.suivant(demande.etat, geste)
        noter(par, f"demande_{etat.value}", f"demande-{demande.pk}")
        phrase = f"Votre demande d’accès n° {demande.pk} est {etat.label}"
        courriels.annoncer(demande.compte, phrase, reverse("comptes:compte"))
