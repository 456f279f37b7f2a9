"""Run the pages requested by the test client under their database roles, as in service.

The test itself stays the owner. A page that reads or writes a table not granted by
``fce/droits/habilitations/privileges.py`` fails here.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from psycopg.pq import TransactionStatus

from fce.socle.base import roles
from fce.socle.base.roles import Role

# Per thread, as connections are, so that other threads stay the owner.
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
                # After an error inside the test's transaction, the rollback also resets the role.
                if _saine():
                    roles.prendre_role(Role.PROPRIETAIRE)
                else:
                    roles._POSES.pop(connection.connection, None)
            finally:
                _fil.en_page = False

    monkeypatch.setattr(roles, "en_vigueur", lambda: getattr(_fil, "en_page", False) or en_vigueur())
    monkeypatch.setattr(Client, "request", sous_leur_role)


def lu_par(lecteur: Any) -> Callable[..., Any]:
    """Replacement for ``lecteur_de``: this reader, under the role that a session would give."""

    def lecteur_de(*_: Any, **__: Any) -> Any:
        roles.elever(Role.AGENTS)
        return lecteur

    return lecteur_de


def _base_ouverte() -> bool:
    """False for a test without database, or whose transaction is broken."""
    try:
        connection.ensure_connection()
    except RuntimeError:
        return False
    return _saine()


def _saine() -> bool:
    return connection.connection.info.transaction_status is not TransactionStatus.INERROR
