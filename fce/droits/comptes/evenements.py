"""The history of accounts, groups and mandates, written only here."""

from collections.abc import Mapping
from typing import Any

from fce.droits.comptes.models import EvenementCompte

SYSTEME = "systeme"
OPERATEUR = "operateur"


def noter(
    par: str, action: str, objet: str, avant: Mapping[str, Any] | None = None, apres: Mapping[str, Any] | None = None
) -> EvenementCompte:
    """Record an action, in its transaction. ``par``: opaque identifier of the author."""
    return EvenementCompte.objects.create(
        par=par, action=action, objet=objet, avant=dict(avant or {}), apres=dict(apres or {})
    )
