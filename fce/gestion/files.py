"""Queues of the team: what waits, and what was done of it."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest

from fce.socle.pages import page_de

_PAR_PAGE: Final = 30


def file_par_etat(request: HttpRequest, file: QuerySet[Any], etats: type[TextChoices], attend: str) -> dict[str, Any]:
    """Return what the page of a queue shows: its rows in the state that is asked for, those that wait (``attend``) by
    default, which come the oldest first, the others the latest first."""
    libelles = dict(etats.choices)
    etat = request.GET.get("etat", "")
    etat = etat if etat in libelles else attend
    lignes = file.filter(etat=etat).order_by("pk" if etat == attend else "-pk")
    return {"page": page_de(request, lignes, _PAR_PAGE), "etat": etat, "etats": libelles.items()}
