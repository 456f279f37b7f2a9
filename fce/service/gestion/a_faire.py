"""Tasks of the team: one per non-empty queue, with the date of the oldest item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Min
from django.urls import reverse

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte, DemandeOuverture, Rattachement
from fce.droits.comptes.selectors import mandats_de
from fce.service.portail.contact.etats import ASSISTANCE
from fce.service.portail.models import DemandeAssistance
from fce.service.portail.signalements import selectors as signalements
from fce.service.portail.signalements.etats import SIGNALEMENTS
from fce.socle.texte import paris
from fce.socle.texte.formats import pluriel
from fce.socle.web.offres import Tache

_FILES = (
    (DemandeOuverture.objects.filter(etat=DemandeOuverture.Etat.RECUE), "recue_le", "gestion:demandes",
     "demande d’ouverture", "demandes d’ouverture"),
    (Rattachement.objects.filter(etat=Rattachement.Etat.DEMANDE), "demande_le", "gestion:rattachements",
     "rattachement", "rattachements"),
    (signalements.de_l_equipe().filter(etat__in=SIGNALEMENTS.ouverts), "recu_le", "gestion:signalements-recus",
     "signalement", "signalements"),
    (DemandeAssistance.objects.filter(etat__in=ASSISTANCE.ouverts), "recue_le", "gestion:messages",
     "message à l’équipe", "messages à l’équipe"),
)  # fmt: skip


def taches(compte: Compte, _: date) -> Iterator[Tache]:
    """Yield these tasks, for holders of the team mandate; names no company."""
    if not compte.agent or Mandats.EQUIPE not in mandats_de(compte):
        return
    for lignes, champ, page, un, plusieurs in _FILES:
        attente = lignes.order_by().aggregate(nombre=Count("pk"), premiere=Min(champ))
        if attente["nombre"]:
            depuis = paris.jour_de(attente["premiere"])
            yield Tache(f"Traiter {pluriel(attente['nombre'], un, plusieurs)}", reverse(page), depuis_le=depuis)
