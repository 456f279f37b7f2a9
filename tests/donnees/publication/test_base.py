"""The page of the schema says what the database is: nothing more, nothing less."""

import pytest
from django.db import connection
from django.test import Client

from fce.donnees.publication import base
from tests.service.portail.pages import verifier
from tests.sql import executer

pytestmark = pytest.mark.django_db
SCHEMAS = ("public", "restreint")


def en_base(genre: str) -> dict[str, list[tuple[str, str, bool]]]:
    """{table: [(column, type, required)]} of the tables ("r") or views ("v") that are there."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT table_schema, table_name, column_name, is_nullable = 'NO', "
            "format_type(a.atttypid, a.atttypmod) FROM information_schema.columns c "
            "JOIN pg_attribute a ON a.attrelid = format('%%I.%%I', table_schema, table_name)::regclass "
            "AND a.attname = column_name JOIN pg_class p ON p.oid = a.attrelid "
            "WHERE table_schema = ANY(%s) AND p.relkind = %s ORDER BY 1, 2, ordinal_position",
            [list(SCHEMAS), genre],
        )
        trouvees: dict[str, list[tuple[str, str, bool]]] = {}
        for schema, table, colonne, requise, type_ in curseur.fetchall():
            nom = table if schema == "public" else f"{schema}.{table}"
            trouvees.setdefault(nom, []).append((colonne, type_, requise))
        return trouvees


def test_each_view_is_told_with_its_columns_and_types() -> None:
    dites = {vue.nom: [(c.nom, c.type, c.obligatoire) for c in vue.colonnes] for vue in base.vues()}
    # Sources that other tests invent leave their empty view.
    assert dites == {nom: colonnes for nom, colonnes in en_base("v").items() if "essai_" not in nom}


QUITTEES = {
    "territoires_lieuprepare": {"contact", "controle"},
    "echanges_operationconjointe": {"visio", "comptes"},
}
"""Columns that no code reads any more, which the next release drops (CONTRIBUTING.md)."""


def test_each_table_is_told_with_its_columns_and_types() -> None:
    presentes = en_base("r")
    # In no order: a foreign key comes after the others in the database.
    dites = {table.nom: {(c.nom, c.type, c.obligatoire) for c in table.colonnes} for table in base.tables()}
    for nom, quittees in QUITTEES.items():
        presentes[nom] = [colonne for colonne in presentes[nom] if colonne[0] not in quittees]
    techniques = {nom for nom, _ in base.TECHNIQUES}
    assert dites == {nom: set(colonnes) for nom, colonnes in presentes.items() if nom not in techniques}


def test_each_table_says_what_it_is_for() -> None:
    assert [table.nom for table in base.tables() if not table.sens] == []


def test_each_key_is_told() -> None:
    cles = {
        (table, colonne, vers)
        for table, colonne, vers in executer(
            "SELECT conrelid::regclass::text, attname, coalesce(nullif(confrelid, 0)::regclass::text, '') "
            "FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey) "
            "WHERE contype IN ('p', 'f') AND connamespace = 'public'::regnamespace"
        )
    }
    techniques = {nom for nom, _ in base.TECHNIQUES}
    cles = {cle for cle in cles if cle[0] not in techniques}
    colonnes = [(t.nom, c) for t in base.tables() for c in t.colonnes]
    dites = {(nom, c.nom, "") for nom, c in colonnes if c.cle}
    dites |= {(nom, c.nom, c.reference) for nom, c in colonnes if c.reference}
    assert dites == cles
    for vue in base.vues():
        assert any(colonne.cle for colonne in vue.colonnes), vue.nom


def test_the_page_shows_every_table_and_its_class_without_asking_the_database(
    client: Client, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        html = client.get("/sources/schema").content.decode()
    verifier(html)
    for table in (*base.vues(), *base.tables()):
        assert f"<code>{table.nom}</code>" in html
        assert f'id="{table.ancre}"' in html
    assert "C3 – Couvert par un secret" in html
    assert len(html) < 750_000
