"""Mails of the demonstration: stored in a folder and shown on a page instead of being sent."""

from __future__ import annotations

import email.policy
import mailbox
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest
from django.utils import timezone

NOMBRE: Final = 100
_LECTEUR: Final = BytesParser(policy=email.policy.default)


@dataclass(frozen=True, slots=True)
class Courriel:
    quand: datetime
    destinataires: str
    objet: str
    texte: str


class Boite(BaseEmailBackend):
    """Django mail backend that writes to a Maildir, where each mail is complete or absent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store the mails; return how many."""
        boite = mailbox.Maildir(dossier())
        for message in email_messages:
            boite.add(message.message().as_bytes())
        return len(email_messages)


def dossier() -> Path:
    return Path(settings.FCE_DATA_DIR) / "courriels"


def derniers(nombre: int = NOMBRE) -> list[Courriel]:
    """Return the latest mails, last one first."""
    fichiers = [(fichier.stat().st_mtime_ns, fichier) for fichier in (dossier() / "new").glob("*")]
    return [_courriel(fichier, quand) for quand, fichier in sorted(fichiers, reverse=True)[:nombre]]


def _courriel(fichier: Path, quand: int) -> Courriel:
    message = _LECTEUR.parsebytes(fichier.read_bytes())
    corps = message.get_body(("plain",))
    return Courriel(
        datetime.fromtimestamp(quand / 1e9, tz=timezone.get_current_timezone()),
        message.get("To", ""),
        message.get("Subject", ""),
        corps.get_content() if corps else "",
    )


def contexte(request: HttpRequest) -> Mapping[str, Any]:
    """Context processor: ``demonstration``, whether this is a demonstration."""
    return {"demonstration": settings.FCE_DEMONSTRATION}
