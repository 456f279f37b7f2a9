"""Changes of messages to the team: each records an event; mails announce answers."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from fce.droits.comptes import courriels
from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Compte
from fce.droits.comptes.selectors import compte_identifie
from fce.echanges.interactions.textes import verifier_textes
from fce.service.portail.conflits import changer
from fce.service.portail.contact.etats import ASSISTANCE, GesteAssistance, SujetAssistance
from fce.service.portail.models import DemandeAssistance
from fce.service.portail.models.assistance import MESSAGE_MAX
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.travaux import courriel

TACHE_REPONSE: Final = "dire_la_reponse_de_l_equipe"
OUVERTES_MAX: Final = 20
MESSAGE_INCONNU: Final = "Ce message n’existe pas, ou n’est plus gardé."
ANONYME: Final = "anonyme"
"""Author recorded in the events when nobody is signed in."""
_QUOI: Final = "ce message"
_SUIVI: Final = Signer(salt="fce.contact.suivi", sep=".")


def deposer_demande(compte: Compte | None, *, sujet: str, texte: str, courriel: str = "") -> DemandeAssistance:
    """File a message. ``courriel``: address of an anonymous author, to announce the answer.

    Raises ParametreInvalide (empty, no address, too many pending), TexteRefuse (a NIR).
    """
    if sujet not in SujetAssistance.values or not texte.strip() or len(texte) > MESSAGE_MAX:
        raise ParametreInvalide(f"Choisissez un sujet et écrivez votre message, en {MESSAGE_MAX} signes au plus.")
    if compte is None and not courriel:
        raise ParametreInvalide("Donnez une adresse électronique : un courriel vous dira que l’équipe a répondu.")
    verifier_textes([texte], confirme=True)
    auteur = compte.identifiant if compte else ""
    qui = {"auteur": auteur} if auteur else {"courriel": courriel.strip().lower()}
    with ecriture():
        limites.exiger_place(
            "assistance",
            auteur or qui["courriel"],
            DemandeAssistance.objects.filter(**qui, etat__in=ASSISTANCE.ouverts),
            OUVERTES_MAX,
            f"{OUVERTES_MAX} de vos messages attendent déjà une réponse.",
        )
        demande = DemandeAssistance.objects.create(sujet=sujet, texte=texte.strip(), **qui)
        noter(auteur or ANONYME, "assistance_demandee", f"assistance-{demande.pk}", apres={"sujet": sujet})
    return demande


def prendre_demande(demande: DemandeAssistance, *, version: int, par: str) -> None:
    """Mark a message as being handled. ``version``: the one read. Raises DejaFait."""
    with ecriture():
        changer(ASSISTANCE, demande, GesteAssistance.PRENDRE, version, _QUOI, traitee_par=par, prise_le=timezone.now())
        noter(par, "assistance_prise", f"assistance-{demande.pk}")


def repondre_a_la_demande(demande: DemandeAssistance, *, reponse: str, version: int, par: str) -> None:
    """Answer and close a message; a mail tells its author. ``version``: the one read.

    Raises DejaFait, ParametreInvalide (empty), TexteRefuse (a NIR).
    """
    if not reponse.strip():
        raise ParametreInvalide("Écrivez la réponse : l’auteur du message la lira sur la page de son message.")
    verifier_textes([reponse], confirme=True)
    with ecriture():
        dits = {"close_le": timezone.now(), "reponse": reponse.strip()}
        changer(ASSISTANCE, demande, GesteAssistance.REPONDRE, version, _QUOI, traitee_par=par, **dits)
        noter(par, "assistance_repondue", f"assistance-{demande.pk}")
        if auteur := compte_identifie(demande.auteur):
            phrase = f"L’équipe a répondu à votre message n° {demande.pk}"
            courriels.annoncer(auteur, phrase, reverse("portail:mes-messages"))
        elif demande.courriel:
            app.configure_task(TACHE_REPONSE).defer(demande=demande.pk)


def ranger_sans_reponse(demande: DemandeAssistance, *, version: int, par: str) -> None:
    """Close a message without an answer. ``version``: the one read. Raises DejaFait."""
    with ecriture():
        changer(ASSISTANCE, demande, GesteAssistance.CLASSER, version, _QUOI, traitee_par=par, close_le=timezone.now())
        noter(par, "assistance_classee", f"assistance-{demande.pk}")


def envoyer_reponse(demande: DemandeAssistance) -> None:
    """Mail an anonymous author that the answer is there. Raises OSError when the mail server fails."""
    page = reverse("portail:contact-suivi", args=[jeton_de_suivi(demande)])
    courriel.envoyer(demande.courriel, f"L’équipe a répondu à votre message n° {demande.pk}", page)


def jeton_de_suivi(demande: DemandeAssistance) -> str:
    """Return the signed token of the link that shows a message without signing in."""
    return _SUIVI.sign(str(demande.pk))


def demande_suivie(jeton: str) -> DemandeAssistance:
    """Return the anonymous author's message of a token. Raises Introuvable for a wrong token or an erased message."""
    trouvee = None
    with suppress(BadSignature, ValueError):
        trouvee = DemandeAssistance.objects.filter(pk=int(_SUIVI.unsign(jeton)), auteur="").first()
    if trouvee is None:
        raise Introuvable(MESSAGE_INCONNU)
    return trouvee
