"""Links to companies: requested by private persons; decided by the team, or automatically (``FCE_RATTACHEMENT``)."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from fce.droits.comptes import courriels
from fce.droits.comptes.erreurs import AccesRefuse, DejaFait
from fce.droits.comptes.evenements import SYSTEME, noter
from fce.droits.comptes.models import Compte, Rattachement
from fce.service.portail.dirigeant import selectors
from fce.service.portail.dirigeant.etats import RATTACHEMENTS
from fce.service.portail.dirigeant.rapprochement import Rapprochement, rapprocher
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide

Etat = Rattachement.Etat
RATTACHEMENTS_MAX: Final = 5
# Limits attempts on successive numbers.
PAR_MOIS_MAX: Final = 20
_SANS_MOTIF: Final = {
    "refuser": "Dites pourquoi la demande est refusée : le demandeur le lira.",
    "finir": "Dites pourquoi le rattachement prend fin : la personne le lira.",
}
AUTOMATIQUE: Final = "automatique"


def demander(compte: Compte, saisie: str) -> Rattachement:
    """Request a link between ``compte`` and the company of ``saisie`` (SIREN, SIRET).

    Validated at once when ``FCE_RATTACHEMENT`` is automatic and the RNE agrees. Raises AccesRefuse (an agent),
    ParametreInvalide, Introuvable, DejaFait (already pending or valid).
    """
    if compte.agent:
        raise AccesRefuse("Cette page est celle des chefs d’entreprise, connectés par FranceConnect.")
    siren = selectors.siren_saisi(saisie)
    constat = rapprocher(compte.nom, compte.prenom, selectors.dirigeants(siren))
    valide = settings.FCE_RATTACHEMENT == AUTOMATIQUE and constat is Rapprochement.CONCORDANT
    decision = {"etat": Etat.VALIDE, "decide_le": timezone.now(), "decide_par": SYSTEME} if valide else {}
    try:
        with ecriture():
            _verifier_les_limites(compte, siren)
            rattachement = Rattachement.objects.create(
                compte=compte, siren=siren, rapprochement=constat.value, **decision
            )
            objet = f"rattachement-{rattachement.pk}"
            noter(compte.identifiant, "rattachement_demande", objet, apres={"siren": siren})
            if valide:
                noter(SYSTEME, "rattachement_valide", objet)
    except IntegrityError:
        raise _deja() from None
    return rattachement


def _verifier_les_limites(compte: Compte, siren: str) -> None:
    """The lock taken by the first count makes the limits hold between concurrent requests."""
    siens = Rattachement.objects.filter(compte=compte)
    if siens.filter(siren=siren, etat__in=RATTACHEMENTS.ouverts).exists():
        raise _deja()
    for deja, maximum, phrase in (
        (
            siens.filter(etat=Etat.DEMANDE),
            RATTACHEMENTS_MAX,
            f"{RATTACHEMENTS_MAX} de vos demandes attendent déjà une réponse.",
        ),
        (
            siens.filter(demande_le__gt=timezone.now() - timedelta(days=30)),
            PAR_MOIS_MAX,
            f"Vous avez fait {PAR_MOIS_MAX} demandes en un mois : réessayez plus tard.",
        ),
    ):
        limites.exiger_place("rattachement", compte.pk, deja, maximum, phrase)


def _deja() -> DejaFait:
    return DejaFait("Vous avez déjà demandé cette entreprise : son état est dans la liste.")


def changer(rattachement: Rattachement, geste: str, *, motif: str = "", par: str) -> None:
    """Validate, refuse or end a link, or withdraw a request; its holder gets a mail of what another did.

    Raises DejaFait, ParametreInvalide (nothing tells him why).
    """
    declare, autre = RATTACHEMENTS.gestes[geste], par != rattachement.compte.identifiant
    if autre and geste in _SANS_MOTIF and not motif.strip():
        raise ParametreInvalide(_SANS_MOTIF[geste])
    champs = {"decide_le": timezone.now(), "decide_par": par, "motif": motif.strip()[:500]}
    with ecriture():
        if not RATTACHEMENTS.passer(Rattachement.objects.filter(pk=rattachement.pk), geste, **champs):
            raise DejaFait("Ce rattachement a déjà changé d’état : rouvrez la page.")
        noter(par, f"rattachement_{declare.vers}", f"rattachement-{rattachement.pk}")
        for phrase in declare.previent.values() if autre else ():
            dite = phrase.format(rattachement.pk)
            courriels.annoncer(rattachement.compte, dite, reverse("portail:mes-entreprises"))
    for champ, valeur in {"etat": declare.vers, **champs}.items():
        setattr(rattachement, champ, valeur)
