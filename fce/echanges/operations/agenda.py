"""The calendar file of an operation (RFC 5545): its number, its day and a link, nothing else."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from fce.echanges.models import OperationConjointe

TYPE_AGENDA: Final = "text/calendar; charset=utf-8"


def evenement(operation: OperationConjointe) -> str:
    """The file, lines ended by CR LF as the standard asks; a whole day, which takes no hour of anybody."""
    racine = settings.FCE_ADRESSE_PUBLIQUE.rstrip("/")
    lignes = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//FCE//Operations//FR",
        "BEGIN:VEVENT",
        f"UID:operation-{operation.pk}@{urlsplit(racine).hostname}",
        f"DTSTAMP:{operation.cree_le.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{operation.jour:%Y%m%d}",
        f"DTEND;VALUE=DATE:{operation.jour + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:Opération n° {operation.pk}",
        f"URL:{racine}{reverse('echanges:operation', args=[operation.pk])}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lignes) + "\r\n"
