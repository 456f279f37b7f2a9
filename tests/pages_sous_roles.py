"""Pages asked for by the client of the tests work under their roles of the database, as when they are served.

The test itself stays the owner: it makes and reads what it wants. A page that asks for what its role may not read, or
writes a table that ``fce/droits/privileges.py`` does not give it, fails here and not in service.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from psycopg.pq import TransactionStatus

from fce.socle import roles
from fce.socle.roles import Role

# Per thread, as the connections are: what else runs meanwhile stays the owner.
_fil = threading.local()


def installer(monkeypatch: pytest.MonkeyPatch) -> None:
    demander, en_vigueur = Client.request, roles.en_vigueur

    def sous_leur_role(client: Client, **environnement: Any) -> Any:
        if getattr(_fil, "en_page", False) or not _base_ouverte():
            return demander(client, **environnement)
        _fil.en_page = True
        try:
            roles.prendre_role(Role.PUBLIC)
            return demander(client, **environnement)
        finally:
            try:
                # After a fault inside the transaction of a test, what undoes it undoes the role too.
                if _saine():
                    roles.prendre_role(Role.PROPRIETAIRE)
                else:
                    roles._POSES.pop(connection.connection, None)
            finally:
                _fil.en_page = False

    monkeypatch.setattr(roles, "en_vigueur", lambda: getattr(_fil, "en_page", False) or en_vigueur())
    monkeypatch.setattr(Client, "request", sous_leur_role)


def lu_par(lecteur: Any) -> Callable[..., Any]:
    """In the place of ``lecteur_de``: this reader, under the role that his session would have given him."""

    def lecteur_de(*_: Any, **__: Any) -> Any:
        roles.elever(Role.AGENTS)
        return lecteur

    return lecteur_de


def _base_ouverte() -> bool:
    """A test that did not ask for the database has none; one whose transaction is already broken has none left."""
    try:
        connection.ensure_connection()
    except RuntimeError:
        return False
    return _saine()


def _saine() -> bool:
    return connection.connection.info.transaction_status is not TransactionStatus.INERROR
