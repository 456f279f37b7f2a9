"""Mails about a habilitation: its number, what happened, a link. Its content is only displayed after sign-in.

Each mail is sent by a job queued in the transaction of the event, so neither exists without the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.models import Q
from django.urls import reverse
from procrastinate.contrib.django import app

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Appartenance, Compte
from fce.droits.habilitations.dossiers.etats import APPROBATEURS, DOSSIERS, GESTIONNAIRES, GesteDossier
from fce.droits.habilitations.models import Dossier
from fce.socle.travaux import courriel

TACHE_PREVENIR: Final = "prevenir_d_une_habilitation"
RAPPEL: Final = "rappel"
_A_ECHEANCE: Final = {GESTIONNAIRES: "arrive à échéance : renouvelez-la, ou faites sa revue"}


def annoncer(dossier: Dossier, objet: str) -> int:
    """Queue one mail for each recipient; return how many."""
    destinataires = _destinataires(dossier, objet)
    for compte in destinataires:
        # Opaque numbers only: jobs stay in the queue for a month.
        app.configure_task(TACHE_PREVENIR).defer(dossier=dossier.pk, objet=str(objet), compte=compte)
    return len(destinataires)


def envoyer(dossier: Dossier, objet: str, compte: Compte) -> bool:
    """Send a mail unless the account is no longer a recipient. Raises OSError when the mail server fails."""
    if compte.pk not in _destinataires(dossier, objet):
        return False
    ((a, dit),) = _previent(objet).items()
    page = "droits:instruction" if a == APPROBATEURS else "droits:dossier"
    phrase = f"L’habilitation n° {dossier.pk} {dit}"
    courriel.envoyer(compte.courriel, phrase, reverse(page, args=[dossier.pk]))
    return True


def _destinataires(dossier: Dossier, objet: str) -> list[int]:
    """The current managers of the group, or the approvers."""
    comptes = Compte.objects.filter(desactive_le=None).exclude(courriel="").order_by("pk")
    if APPROBATEURS in _previent(objet):
        choisis = Q(mandats__role=Mandats.APPROBATEUR, mandats__fin=None)
    else:
        gerees = Appartenance.objects.filter(groupe=dossier.groupe_id, gestionnaire=True, fin=None, suspendue_le=None)
        choisis = Q(pk__in=gerees.values("compte"))
    return list(comptes.filter(choisis).distinct().values_list("pk", flat=True))


def _previent(objet: str) -> Mapping[str, str]:
    """{recipients: what became of the habilitation}."""
    return _A_ECHEANCE if objet == RAPPEL else DOSSIERS.gestes[GesteDossier(objet)].previent
