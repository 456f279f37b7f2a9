"""The two kinds of mail: to a person, one sentence and a link; to the operators, a report.

Jobs send both, never a page: services queue a job in the transaction of the change that the mail announces. A job whose
worker was killed runs again, and its mails then have the same ``Message-ID``, so that a mail server delivers one.
"""

import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.crypto import salted_hmac

from fce.socle.web import cles, references

ANNONCE: Final = ContextVar("annonce", default="")
"""What the mails of the running job announce, the same each time that it runs; "" outside a job."""
log = structlog.get_logger(__name__)
_NOMMEE: Final = re.compile(rf"/({references.FORME})(?![^/?])")
SIGNATURE: Final = "Message automatique de la Fiche Commune Entreprise."


def envoyer(a: str, phrase: str, page: str, suite: str = "", *, entetes: Mapping[str, str] | None = None) -> None:
    """Send a person a sentence and a link. Raises OSError when the mail server fails.

    - ``phrase``: the sentence, without its full stop, also the subject; it holds no name and no data;
    - ``page``: path of the page, which checks the reader's rights. The subject says the reference of the row that it
      names, so that mails about different rows differ;
    - ``suite``: another sentence, under the link;
    - ``entetes``: additional headers. Replies go to ``FCE_COURRIEL_REPONSE`` when set.
    """
    morceaux = [f"{phrase}.", adresse_entiere(page), suite, SIGNATURE]
    reponse = [settings.FCE_COURRIEL_REPONSE] if settings.FCE_COURRIEL_REPONSE else None
    corps = "\n\n".join(filter(None, morceaux)) + "\n"
    entetes = {**identifiant(a, page), **(entetes or {})}
    nommee = _NOMMEE.search(page)
    objet = f"[FCE] {phrase} ({references.marque(nommee[1])})" if nommee else f"[FCE] {phrase}"
    EmailMessage(objet, corps, to=[a], reply_to=reponse, headers=entetes).send()


def identifiant(*quoi: str) -> dict[str, str]:
    """The ``Message-ID`` of a mail of the running job, which tells nothing; empty outside a job. ``quoi``: what
    distinguishes the mails of one job."""
    if not (annonce := ANNONCE.get()):
        return {}
    # The oldest key listed: a mail sent again after a change of key is the same mail.
    dit, cle = "\n".join((annonce, *quoi)), cles.la_plus_ancienne()
    empreinte = salted_hmac("fce.courriel", dit, secret=cle, algorithm="sha256").hexdigest()[:40]
    return {"Message-ID": f"<{empreinte}@{urlsplit(settings.FCE_ADRESSE_PUBLIQUE).hostname}>"}


def adresse_entiere(page: str) -> str:
    """Return the absolute URL of a page, from ``FCE_ADRESSE_PUBLIQUE``."""
    return f"{settings.FCE_ADRESSE_PUBLIQUE.rstrip('/')}{page}"


def actif() -> bool:
    """Tell whether a mail server is configured."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def rapporter(sujet: str, lignes: Sequence[str]) -> bool:
    """Send a report to ``FCE_RAPPORTS``; return False when it is empty or the mail server refuses.

    A failure is logged, never raised, so that the job that reports succeeds.
    """
    if not settings.FCE_RAPPORTS:
        return False
    corps = "\n".join([*lignes, "", SIGNATURE])
    try:
        objet = f"[FCE] {sujet}"[:150].replace("\n", " ")
        EmailMessage(objet, corps, to=settings.FCE_RAPPORTS, headers=identifiant(sujet)).send()
    except OSError as erreur:
        log.warning("rapport non envoyé (%s) : %s", type(erreur).__name__, sujet)
        return False
    return True
