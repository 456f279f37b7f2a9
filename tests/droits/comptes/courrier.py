"""What the worker does with the mails that gestures have queued: see ``fce.droits.comptes.courriels``."""

from __future__ import annotations

from django.core import mail
from django.core.mail import EmailMessage
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes import courriels, tasks
from fce.service.portail import tasks as du_portail
from fce.service.portail.contact import services as contact
from fce.service.portail.nouvelles import services as nouvelles


def relever() -> list[EmailMessage]:
    """Send every mail queued since the beginning of the test; return those that left."""
    avant = len(mail.outbox)
    envois = {
        courriels.TACHE_COURRIEL: tasks.envoyer_a_un_compte,
        courriels.TACHE_INVITATION: tasks.envoyer_une_invitation,
        contact.TACHE_REPONSE: du_portail.envoyer_la_reponse,
        nouvelles.TACHE_NOUVELLE: du_portail.ecrire_une_nouveaute,
    }
    # The one that queues the mails of the news, before them.
    for travail in ProcrastinateJob.objects.filter(task_name=nouvelles.TACHE_NOUVELLES):
        du_portail.annoncer_les_nouveautes(**travail.args)
    for travail in ProcrastinateJob.objects.filter(task_name__in=envois).order_by("pk"):
        envois[travail.task_name](**travail.args)
    return mail.outbox[avant:]
