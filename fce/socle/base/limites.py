"""Limits on how many rows one owner may have, enforced under concurrency by an advisory lock."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from fce.socle.erreurs import FCEError, ParametreInvalide

_RESERVER: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def reserver(quoi: str, a_qui: object) -> None:
    """Take the lock of (``quoi``, ``a_qui``) until the end of the transaction; wait for other processes that hold it.
    Later reads see what they committed."""
    with connection.cursor() as curseur:
        curseur.execute(_RESERVER, [f"{quoi}/{a_qui}"])


def exiger_place(
    quoi: str,
    a_qui: object,
    deja: QuerySet[Any],
    maximum: int,
    phrase: str,
    erreur: type[FCEError] = ParametreInvalide,
) -> None:
    """Raise ``erreur`` when ``a_qui`` already has ``maximum`` rows of ``deja``.

    Call it in the transaction that adds the row: without the lock, two concurrent transactions would both count before
    adding. ``quoi``: name of the lock, the same wherever such rows are added.
    """
    reserver(quoi, a_qui)
    if deja.count() >= maximum:
        raise erreur(phrase)
