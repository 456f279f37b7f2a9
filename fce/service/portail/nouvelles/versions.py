"""History of texts."""

from __future__ import annotations

from django.db.models import QuerySet

from fce.service.portail.models import VersionDeTexte


def noter_version(objet: str, contenu: str, titre: str = "") -> None:
    """Store a version, in the transaction that writes the text."""
    VersionDeTexte.objects.create(objet=objet, titre=titre, contenu=contenu)


def versions_de(objet: str) -> QuerySet[VersionDeTexte]:
    """Return all the versions of a text, latest first."""
    return VersionDeTexte.objects.filter(objet=objet)
