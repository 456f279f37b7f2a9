"""Keep what was done to accounts, groups and mandates; nobody else writes this table."""

from collections.abc import Mapping
from typing import Any

from fce.comptes.models import EvenementCompte

SYSTEME = "systeme"
OPERATEUR = "operateur"


def noter(
    par: str, action: str, objet: str, avant: Mapping[str, Any] | None = None, apres: Mapping[str, Any] | None = None
) -> EvenementCompte:
    """Record an action in the transaction that does it. ``par``: opaque identifier of who does it."""
    return EvenementCompte.objects.create(
        par=par, action=action, objet=objet, avant=dict(avant or {}), apres=dict(apres or {})
    )
