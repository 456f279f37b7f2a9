"""Queues of the team."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest

from fce.socle.web.pages import page_de

_PAR_PAGE: Final = 30


def file_par_etat(request: HttpRequest, file: QuerySet[Any], etats: type[TextChoices], attend: str) -> dict[str, Any]:
    """Return the context of a queue's page: items in the state asked for (``?etat=``), by default those waiting
    (``attend``), oldest first; the others, latest first."""
    libelles = dict(etats.choices)
    etat = request.GET.get("etat", "")
    etat = etat if etat in libelles else attend
    lignes = file.filter(etat=etat).order_by("pk" if etat == attend else "-pk")
    return {"page": page_de(request, lignes, _PAR_PAGE), "etat": etat, "etats": libelles.items()}
