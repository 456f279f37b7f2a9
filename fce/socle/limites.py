"""Limits that hold: how many of something one owner may have, counted while nobody else adds any."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from fce.socle.erreurs import FCEError, ParametreInvalide

_RESERVER: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def reserver(quoi: str, a_qui: object) -> None:
    """Wait until nobody else, in any process, does the same thing for the same owner, then keep others waiting until
    the end of the transaction. What is read after this sees all that they did."""
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
    """Raise ``erreur`` when ``a_qui`` has ``maximum`` rows of ``deja`` already; else the one to add may be added.

    In the transaction that adds it: counting first and adding next lets two who come together pass one limit. ``quoi``:
    what is counted, the same word wherever it is added.
    """
    reserver(quoi, a_qui)
    if deja.count() >= maximum:
        raise erreur(phrase)
