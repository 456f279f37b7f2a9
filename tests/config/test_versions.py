"""A release follows the one before it, and no other: a database says which release migrated it."""

import importlib.metadata
import re
import threading
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from fce.config.management.commands import migrate
from fce.exploitation.diagnostic import constats
from fce.socle.base import versions
from fce.socle.base.versions import Marque, exiger_le_schema, marque, marquer, verifier_la_suite
from fce.socle.erreurs import BaseIndisponible, VersionRefusee
from tests.sql import executer

QUATRE = ("0.1", "0.2", "0.3", "0.4")


@pytest.fixture
def avancee(monkeypatch: pytest.MonkeyPatch) -> None:
    """This code is three releases later than the database."""
    monkeypatch.setattr(versions, "VERSIONS", QUATRE)


@pytest.mark.parametrize(
    "lue",
    [None, Marque("0.4", "0.3"), Marque("0.3", "0.2"), Marque("0.5", "0.4")],
    ids=["never migrated", "same release", "the one before", "the next one, beside it"],
)
@pytest.mark.usefixtures("avancee")
def test_a_release_runs_on_the_database_of_its_neighbours(lue: Marque | None) -> None:
    verifier_la_suite(lue)


@pytest.mark.parametrize(
    ("lue", "installer"),
    [
        (Marque("0.1", ""), "installez d’abord FCE 0.2, lancez « fce migrate »"),
        (Marque("0.2", "0.1"), "installez d’abord FCE 0.3, lancez « fce migrate »"),
        (Marque("0.6", "0.5"), "installez FCE 0.6, ou FCE 0.5"),
    ],
)
@pytest.mark.usefixtures("avancee")
def test_a_skipped_release_is_refused_with_the_one_to_install(lue: Marque, installer: str) -> None:
    with pytest.raises(VersionRefusee, match=installer):
        verifier_la_suite(lue)


def test_the_releases_are_those_of_the_changelog_and_the_last_one_is_this_code() -> None:
    racine = Path(__file__).resolve().parents[2]
    dites = re.findall(r"^## \[(\d+\.\d+)\.\d+\]", (racine / "CHANGELOG.md").read_text(), re.M)
    assert [*dict.fromkeys(reversed(dites))] == [*versions.VERSIONS]
    assert importlib.metadata.version("fce").rpartition(".")[0] == versions.VERSIONS[-1]


@pytest.mark.django_db
def test_migrating_writes_the_release_and_a_database_of_before_is_of_the_first_one() -> None:
    assert marque() == Marque(versions.VERSIONS[-1], "")
    executer("COMMENT ON TABLE django_migrations IS NULL")
    assert marque() == Marque(versions.VERSIONS[0], "")


@pytest.mark.django_db
@pytest.mark.usefixtures("avancee")
def test_serving_waits_for_the_migration_and_migrating_skips_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(VersionRefusee, match=r"installez d’abord FCE 0\.2"):
        call_command("migrate", verbosity=0)
    (schema,) = [c for c in constats() if c.point == "Schéma"]
    assert not schema.bon
    monkeypatch.setattr(versions, "VERSIONS", QUATRE[:2])
    with pytest.raises(VersionRefusee, match=r"n’est pas encore celle de FCE 0\.2 : lancez « fce migrate »"):
        exiger_le_schema()
    marquer()
    exiger_le_schema()
    assert marque() == Marque("0.2", "0.1")


@pytest.mark.django_db
def test_old_code_beside_the_next_release_runs_and_migrates_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as suivante:
        suivante.setattr(versions, "VERSIONS", ("0.1", "0.2"))
        marquer()
    exiger_le_schema()
    call_command("migrate", verbosity=0)
    assert "rien à faire" in capsys.readouterr().out
    assert marque() == Marque("0.2", "0.1")


@pytest.mark.django_db(transaction=True)
def test_a_migration_waits_little_for_a_table_and_comes_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readers queue behind whoever waits for a table: the bound is what they wait."""
    monkeypatch.setattr(migrate, "ATTENTE_VERROU", "50ms")
    monkeypatch.setattr(migrate, "PAUSE_S", 0.05)
    monkeypatch.setattr(migrate, "ESSAIS", 3)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as autre:
        autre.execute("LOCK TABLE django_migrations")
        with pytest.raises(BaseIndisponible, match="Une table reste occupée"):
            call_command("migrate", verbosity=0)
    assert capsys.readouterr().out.count("Une table est occupée") == 2
    call_command("migrate", verbosity=0)
    assert executer("SHOW lock_timeout") == [("0",)]


@pytest.mark.django_db(transaction=True)
def test_two_deployments_migrate_one_after_the_other() -> None:
    """And the one that waits does not hold back an index that the first builds beside readers."""
    parametres = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**parametres, autocommit=True) as autre:
        autre.execute(f"SELECT pg_advisory_lock({migrate.VERROU})")
        fait = threading.Event()

        def migrer() -> None:
            call_command("migrate", verbosity=0)
            connection.close()
            fait.set()

        fil = threading.Thread(target=migrer)
        fil.start()
        assert not fait.wait(0.5)
        autre.execute("CREATE TABLE indexee (numero int)")
        autre.execute("CREATE INDEX CONCURRENTLY ON indexee (numero)")
        autre.execute("DROP TABLE indexee")
        assert not fait.is_set()
        autre.execute(f"SELECT pg_advisory_unlock({migrate.VERROU})")
        fil.join(60)
        assert fait.is_set()
