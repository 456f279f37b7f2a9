"""Mails to whoever runs the service: counts and reasons in French, never a datum."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import send_mail

log = logging.getLogger(__name__)


def rapporter(sujet: str, lignes: Sequence[str]) -> bool:
    """Send the report to ``FCE_RAPPORTS``; False when there is nobody, or when the mail server refused it.

    A report that does not leave never makes its job fail: it is in the log of the worker.
    """
    if not settings.FCE_RAPPORTS:
        return False
    corps = "\n".join([*lignes, "", "Message automatique de la Fiche Commune Entreprise."])
    try:
        send_mail(f"[FCE] {sujet}"[:150].replace("\n", " "), corps, None, settings.FCE_RAPPORTS)
    except OSError as erreur:  # smtplib's errors are OSError
        log.warning("rapport non envoyé (%s) : %s", type(erreur).__name__, sujet)
        return False
    return True
