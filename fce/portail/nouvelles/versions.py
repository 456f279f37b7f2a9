"""What each text said each time that it was written."""

from __future__ import annotations

from django.db.models import QuerySet

from fce.portail.models import VersionDeTexte


def noter_version(objet: str, contenu: str, titre: str = "") -> None:
    """Keep what a text says now, in the transaction that writes it."""
    VersionDeTexte.objects.create(objet=objet, titre=titre, contenu=contenu)


def versions_de(objet: str) -> QuerySet[VersionDeTexte]:
    """All that a text has said, the latest first."""
    return VersionDeTexte.objects.filter(objet=objet)
