"""What the worker does with the mails that gestures have queued: see ``fce.comptes.courriels``."""

from __future__ import annotations

from django.core import mail
from django.core.mail import EmailMessage
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.comptes.courriels import TACHE
from fce.comptes.tasks import ecrire_a_un_compte


def relever() -> list[EmailMessage]:
    """Send every mail queued since the beginning of the test; return those that left."""
    avant = len(mail.outbox)
    for travail in ProcrastinateJob.objects.filter(task_name=TACHE).order_by("pk"):
        ecrire_a_un_compte(**travail.args)
    return mail.outbox[avant:]
