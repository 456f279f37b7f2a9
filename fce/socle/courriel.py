"""The two kinds of mails: to a person, a sentence and a link; to whoever runs the service, counts and reasons.

Both leave from a job, never while a page is waited for: rooms queue theirs in the transaction of the gesture.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, send_mail

log = structlog.get_logger(__name__)
SIGNATURE: Final = "Message automatique de la Fiche Commune Entreprise."


def envoyer(a: str, phrase: str, page: str, suite: str = "", *, entetes: Mapping[str, str] | None = None) -> None:
    """Send a person a mail that says what happened and where to read it. Raises OSError when the mail server fails.

    ``phrase``: a sentence without its full stop, which is the subject too: neither a name nor a datum in it; ``page``:
    path of the page, whose rights decide what is read there; ``suite``: a sentence under the link; ``entetes``: headers
    beside those of any mail. An answer to it comes to ``FCE_COURRIEL_REPONSE``, when there is one.
    """
    morceaux = [f"{phrase}.", adresse_entiere(page), suite, SIGNATURE]
    reponse = [settings.FCE_COURRIEL_REPONSE] if settings.FCE_COURRIEL_REPONSE else None
    corps = "\n\n".join(filter(None, morceaux)) + "\n"
    EmailMessage(f"[FCE] {phrase}", corps, to=[a], reply_to=reponse, headers=dict(entetes or {})).send()


def adresse_entiere(page: str) -> str:
    """The address of a page of the service as it is written outside of it."""
    return f"{settings.FCE_ADRESSE_PUBLIQUE.rstrip('/')}{page}"


def actif() -> bool:
    """Tell whether mails leave at all."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def rapporter(sujet: str, lignes: Sequence[str]) -> bool:
    """Send the report to ``FCE_RAPPORTS``; False when there is nobody, or when the mail server refused it.

    A report that does not leave never makes its job fail: it is in the log of the worker.
    """
    if not settings.FCE_RAPPORTS:
        return False
    corps = "\n".join([*lignes, "", SIGNATURE])
    try:
        send_mail(f"[FCE] {sujet}"[:150].replace("\n", " "), corps, None, settings.FCE_RAPPORTS)
    except OSError as erreur:  # smtplib's errors are OSError
        log.warning("rapport non envoyé (%s) : %s", type(erreur).__name__, sujet)
        return False
    return True
