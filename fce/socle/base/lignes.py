"""A row of a table by its number."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Manager, Model, QuerySet

from fce.socle.erreurs import Introuvable

L = TypeVar("L", bound=Model)


def trouver_ligne(lignes: QuerySet[L] | Manager[L], numero: object, inconnue: str) -> L:
    """The row with this primary key among ``lignes``. Raises Introuvable with the sentence ``inconnue``."""
    trouvee = lignes.filter(pk=numero).first()
    if trouvee is None:
        raise Introuvable(inconnue)
    return trouvee
