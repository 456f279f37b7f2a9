"""Make pages requested by the test client read-only unless ``socle.base.ecriture.ecriture`` opens a writing
transaction.

In service, ``default_transaction_read_only`` does so. A test's transaction cannot be partly read-only in PostgreSQL, so
each statement of a page is checked here. ``tests/e2e/gestes/test_envois.py`` tries the real setting.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client

OUVRIR: Final = "SET TRANSACTION READ WRITE"
_LEVER: Final = "default_transaction_read_only"
"""Set on the connection while a deposit is received (``donnees.imports.depots.ecriture``)."""
_ECRIT: Final = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|MERGE|COPY \S+ .*FROM|CREATE|ALTER|DROP|TRUNCATE)\b"
    r"|\bFOR (NO KEY )?UPDATE\b|\bFOR (KEY )?SHARE\b|\bjournal\.(consigner|refuser|lire)\(|\bnextval\(",
    re.IGNORECASE | re.DOTALL,
)
_fil = threading.local()


class EcritureRefusee(AssertionError):
    """A page wrote where PostgreSQL would answer « cannot execute … in a read-only transaction »."""


class _Garde:
    """Follow the transactions of one request, as PostgreSQL would."""

    def __init__(self) -> None:
        self._lue: object = None
        self._ouverte: object = None
        self._levee = False

    def __call__(self, executer: Callable[..., Any], ordre: Any, *suite: Any) -> Any:
        texte = ordre if isinstance(ordre, str) else ordre.as_string(connection.connection)
        # Ignore the transactions opened by the test.
        blocs = [b for b in connection.atomic_blocks if not getattr(b, "_from_testcase", False)]
        blocs = [b for b in blocs if b not in _fil.avant]
        transaction = blocs[0] if blocs else None
        if _LEVER in texte:
            self._levee = "RESET" not in texte
        elif self._levee:
            pass
        elif OUVRIR in texte:
            # In autocommit, statements sent together are one transaction (``droits.journal.ecriture``).
            if transaction is not None and self._lue is transaction and self._ouverte is not transaction:
                raise EcritureRefusee(f"trop tard pour {OUVRIR} : la transaction a déjà lu")
            self._ouverte = transaction
        elif _ECRIT.search(texte) and (transaction is None or self._ouverte is not transaction):
            raise EcritureRefusee(f"hors de « ecriture » : {texte[:200]}")
        self._lue = transaction
        return executer(ordre, *suite)


def installer(monkeypatch: pytest.MonkeyPatch) -> None:
    demander = Client.request

    def comme_servie(client: Client, **environnement: Any) -> Any:
        if getattr(_fil, "avant", None) is not None:
            return demander(client, **environnement)
        _fil.avant = list(connection.atomic_blocks)
        try:
            with connection.execute_wrapper(_Garde()):
                return demander(client, **environnement)
        finally:
            _fil.avant = None

    monkeypatch.setattr(Client, "request", comme_servie)
