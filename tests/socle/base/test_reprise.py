"""A database that stopped and came back: the pool of a web process still holds connections that died with it."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper

from fce.socle.base import reprise
from tests.sql import executer

pytestmark = pytest.mark.django_db(transaction=True)
RESERVE = {"min_size": 6, "max_size": 6, "timeout": 0.7, "reconnect_timeout": 0}


@pytest.fixture
def reserve() -> Iterator[DatabaseWrapper]:
    """A connection whose pool is full of dead ones."""
    reglages = {**connection.settings_dict, "OPTIONS": {"pool": RESERVE}, "CONN_HEALTH_CHECKS": True}
    ouverte = DatabaseWrapper(reglages, alias="default")
    ouverte.pool.open(wait=True, timeout=30)
    executer(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    yield ouverte
    ouverte.close_pool()


def test_one_request_fails_at_most(reserve: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reprise, "connection", reserve)
    with pytest.raises(OperationalError):
        reserve.ensure_connection()
    reprise.remplacer_les_connexions_mortes()
    reserve.ensure_connection()
    assert reserve.is_usable()
    reserve.close()


def test_a_pool_that_lost_nothing_since_is_left_alone(
    reserve: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reprise, "connection", reserve)
    with pytest.raises(OperationalError):
        reserve.ensure_connection()
    reprise.remplacer_les_connexions_mortes()
    monkeypatch.setattr(type(reserve.pool), "check", lambda _: pytest.fail("checked twice"))
    reprise.remplacer_les_connexions_mortes()


def test_without_help_a_second_request_fails(reserve: DatabaseWrapper) -> None:
    """Why this module is there: when a later psycopg_pool does better, remove it."""
    for _ in range(2):
        with pytest.raises(OperationalError):
            reserve.ensure_connection()
