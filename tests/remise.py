"""Undo what a committing test leaves: rows, switched views, generations.

Django would empty every table and run all post-migration work again (views, grants), a fifth of the time of a test that
writes three rows. This module only touches what changed, in every schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.test import TransactionTestCase

from fce.donnees.imports.chargement.bascule import retablir_les_vues
from fce.droits.habilitations.privileges import appliquer
from fce.sources import registre
from tests.sql import executer

# Written by post-migrate handlers, and identical for all tests.
_GARDEES = ("public.django_migrations", "public.django_content_type")
_TABLES = f"""
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname IN ('public', 'restreint', 'journal', 'sauvegarde')
  AND format('%I.%I', schemaname, tablename) NOT IN {_GARDEES}
"""
# A table never written has no byte: skip it without a query.
_ECRITES = f"""
SELECT nom FROM ({_TABLES}) AS tables (nom) WHERE pg_relation_size(nom::regclass) > 0
"""
# Views of sources declared by a test: without a generation, nothing else drops them.
_VUES = "SELECT format('%I.%I', schemaname, viewname) FROM pg_views WHERE schemaname IN ('public', 'restreint')"
_GENERATIONS = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'generations'"
# Definition and grants of the views; the comment of a view hashes its definition (``bascule.retablir_les_vues``).
_VISIBLE = """
SELECT format('%s.%s', relnamespace::regnamespace, relname),
  coalesce(obj_description(c.oid, 'pg_class'), '') || coalesce(c.relacl::text, '')
  || coalesce((SELECT string_agg(attname || attacl::text, ' ' ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = c.oid AND attacl IS NOT NULL), '')
FROM pg_class c WHERE relkind IN ('r', 'p', 'v', 'm', 'S')
  AND relnamespace IN ('public'::regnamespace, 'restreint'::regnamespace, 'journal'::regnamespace)
UNION ALL
SELECT nspname, coalesce(nspacl::text, '') FROM pg_namespace
  WHERE nspname IN ('public', 'restreint', 'journal', 'generations')
UNION ALL
SELECT p.oid::regprocedure::text, coalesce(proacl::text, '') FROM pg_proc p
  WHERE pronamespace = 'journal'::regnamespace
UNION ALL
SELECT 'base', coalesce(datacl::text, '') FROM pg_database WHERE datname = current_database()
"""


@dataclass(frozen=True)
class Neuf:
    """The database as the migrations made it. ``visible``: {relation, schema or function: comment and grants}."""

    vues: frozenset[str]
    visible: dict[str, str]
    sources: Any

    def retablir(self) -> None:
        with connection.cursor() as curseur:
            remplies = _remplies(curseur)
            if remplies:
                _vider(curseur, remplies)
            change = self.visible.items() - _visible(curseur).items()
        if change:
            self._redefinir({nom for nom, _ in change})
        with connection.cursor() as curseur:
            curseur.execute(_GENERATIONS)
            if generations := [table for (table,) in curseur.fetchall()]:
                curseur.execute(f"DROP TABLE {', '.join(generations)} CASCADE")
            if de_trop := _vues(curseur) - self.vues:
                curseur.execute(f"DROP VIEW {', '.join(de_trop)} CASCADE")

    def _redefinir(self, changees: set[str]) -> None:
        # Use the whole catalogue, even if the test replaced it.
        du_test, registre.par_nom = registre.par_nom, self.sources
        try:
            retablir_les_vues([source for source in registre.toutes() if f"{source.schema}.{source.vue}" in changees])
            appliquer()
        finally:
            registre.par_nom = du_test


def _remplies(curseur: Any) -> list[str]:
    curseur.execute(_ECRITES)
    ecrites = [table for (table,) in curseur.fetchall()]
    if not ecrites:
        return []
    curseur.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in ecrites))
    return [table for (table,) in curseur.fetchall()]


def _vider(curseur: Any, tables: list[str]) -> None:
    """Delete with triggers and foreign keys disabled; for a few rows, TRUNCATE would rewrite every index."""
    with transaction.atomic():
        curseur.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            curseur.execute(f"DELETE FROM {table}")


def _visible(curseur: Any) -> dict[str, str]:
    curseur.execute(_VISIBLE)
    return dict(curseur.fetchall())


def _vues(curseur: Any) -> frozenset[str]:
    curseur.execute(_VUES)
    return frozenset(vue for (vue,) in curseur.fetchall())


def _comme_neuve() -> None:
    """Reset the settings that the test made in this session, and close other connections. Reconnecting, as Django does,
    would reload PostgreSQL's catalogue caches."""
    for autre in connections.all(initialized_only=True):
        if autre.alias != DEFAULT_DB_ALIAS:
            autre.close()
    executer("DISCARD ALL")
    connection.init_connection_state()


def installer() -> None:
    """Record the new database, and restore that state before and after each committing test."""
    with connection.cursor() as curseur:
        neuf = Neuf(_vues(curseur), _visible(curseur), registre.par_nom)
    preparer = TransactionTestCase._fixture_setup.__func__  # type: ignore[attr-defined]

    def commencer(cls: type[TransactionTestCase]) -> None:
        preparer(cls)
        # Reset the sequence: a rolled-back test consumes numbers, and the journal detects gaps.
        executer("SELECT setval('journal.consultation_id_seq', 1, false)")

    TransactionTestCase._fixture_setup = classmethod(commencer)  # type: ignore[attr-defined]

    def terminer(_: TransactionTestCase) -> None:
        neuf.retablir()
        _comme_neuve()

    TransactionTestCase._fixture_teardown = terminer
    TransactionTestCase._should_reload_connections = lambda _: False  # type: ignore[attr-defined]
